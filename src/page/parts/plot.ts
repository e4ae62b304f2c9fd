// The one file that imports uPlot: curves over time on a canvas. Who cannot see it has a summary and a table beside it.
import uPlot from 'uplot';

/** A curve. */
export interface Curve {
  readonly values: readonly number[];
  /** A colour of the style, such as `--accent`. */
  readonly colour: string;
  readonly isFilled: boolean;
  /** Lengths of dashes and gaps, so that curves differ by more than their colour. */
  readonly dash: readonly number[];
}

/** What is drawn. */
export interface PlotData {
  /** Milliseconds since 1970, rising. */
  readonly times: readonly number[];
  readonly curves: readonly Curve[];
  readonly timeText: (unixMs: number) => string;
  readonly numberText: (value: number) => string;
}

/** A plot on the page. */
export interface Plot {
  /** As wide as its place is now, and in the colours of now. */
  close(): void;
}

const HEIGHT = 240;

/** Draws into an element, and again whenever its width or the theme changes. */
export function openPlot(place: HTMLElement, data: PlotData): Plot {
  let plot = draw(place, data);
  let width = place.clientWidth;
  const again = (): void => {
    plot.destroy();
    plot = draw(place, data);
  };
  const observer = new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    again();
  });
  observer.observe(place);
  const theme = matchMedia('(prefers-color-scheme: dark)');
  theme.addEventListener('change', again);
  return {
    close() {
      observer.disconnect();
      theme.removeEventListener('change', again);
      plot.destroy();
    },
  };
}

function draw(place: HTMLElement, { times, curves, timeText, numberText }: PlotData): uPlot {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = { stroke: colour('--soft'), font: `13px ${style.fontFamily}`, ticks: { show: false } };
  const options: uPlot.Options = {
    width: Math.max(200, place.clientWidth),
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      {
        ...axis,
        space: 70,
        grid: { show: false },
        values: (_plot, splits) => splits.map((seconds) => timeText(seconds * 1000)),
      },
      {
        ...axis,
        size: 60,
        grid: { stroke: colour('--line'), width: 1 },
        values: (_plot, splits) => splits.map((value) => (Number.isInteger(value) ? numberText(value) : '')),
      },
    ],
    series: [
      {},
      ...curves.map((curve): uPlot.Series => {
        const stroke = colour(curve.colour);
        return {
          stroke,
          width: 2,
          dash: [...curve.dash],
          points: { show: false },
          ...(curve.isFilled ? { fill: `${stroke}33` } : {}),
        };
      }),
    ],
  };
  const columns: uPlot.AlignedData = [
    times.map((time) => time / 1000),
    ...curves.map(({ values }) => [...values]),
  ];
  return new uPlot(options, columns, place);
}
