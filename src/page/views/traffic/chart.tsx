// A chart of a series: curves with their names beside it. What draws them is loaded when the first chart is.
import { useShell } from '../../hooks/shell.ts';
import type { CountName, Series } from '../../model/traffic.ts';
import { useEffect, useRef } from '../../preact.ts';
import type { Curve } from '../../parts/plot.ts';

/** How each count is drawn. */
const LOOKS: readonly (Omit<Curve, 'values'> & { readonly name: CountName })[] = [
  { name: 'queries', colour: '--accent', isFilled: true, dash: [] },
  { name: 'cached', colour: '--soft', isFilled: false, dash: [2, 4] },
  { name: 'blocked', colour: '--bad', isFilled: true, dash: [8, 4] },
  { name: 'failed', colour: '--warn', isFilled: false, dash: [12, 3, 2, 3] },
];

interface ChartProps {
  readonly series: Series;
  readonly timeText: (unixMs: number) => string;
  /** What it shows, in a sentence. */
  readonly label: string;
}

/** The chart. Its room is there before it is. */
export function Chart({ series, timeText, label }: ChartProps) {
  const { words, format } = useShell();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let close: (() => void) | undefined;
    let isGone = false;
    void import('../../parts/plot.ts').then(({ openPlot }) => {
      if (isGone || place.current === null) return;
      const curves = LOOKS.map(({ name, ...look }) => ({ ...look, values: series[name] }));
      const data = { times: series.times, curves, timeText, numberText: format.number };
      const plot = openPlot(place.current, data);
      close = () => plot.close();
    });
    return () => {
      isGone = true;
      close?.();
    };
  }, [series, timeText, format]);
  return (
    <figure class="chart">
      <div ref={place} class="plot" role="img" aria-label={label} />
      <figcaption class="legend">
        {LOOKS.map(({ name }) => (
          <span key={name} class={`legend-item ${name}`}>
            {words.traffic.counts[name]}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
