// Traffic: how many queries there were over hours or days, by VLAN, and what was asked for most, by whom, and what blocked most.
import type { TopSubject } from '../../querylog/history.ts';
import { useShell } from '../hooks/shell.ts';
import { useCall } from '../hooks/use-call.ts';
import { goTo } from '../hooks/use-route.ts';
import { sinceOf, SPANS, toSpan } from '../model/traffic.ts';
import { Heading } from '../parts/heading.tsx';
import { Busy, Empty, Loaded } from '../parts/states.tsx';
import { useMemo } from '../preact.ts';
import { Choices } from './traffic/choices.tsx';
import { Rankings } from './traffic/rankings.tsx';
import { Shown } from './traffic/shown.tsx';

/** Places of a ranking. */
const PLACES = 10;

/** Traffic; its parameters are `span` and `vlan`. */
export function Traffic({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const { words, session } = useShell();
  return (
    <>
      <Heading text={words.traffic.title} />
      {session.hasLog ? <Counted params={params} /> : <Empty>{words.traffic.off}</Empty>}
    </>
  );
}

function Counted({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const span = toSpan(params['span']);
  const vlan = params['vlan'];
  const nowMs = useMemo(() => Date.now(), [span, vlan]);
  const sinceMs = sinceOf(span, nowMs);
  const reading = useCall('GET /statistics', { per: SPANS[span].per, sinceMs, vlan });
  const top = (subject: TopSubject) => ({ subject, limit: PLACES, sinceMs, vlan });
  const tops = {
    names: useCall('GET /top', top('names')),
    clients: useCall('GET /top', top('clients')),
    lists: useCall('GET /top', top('lists')),
  };
  // All at once: what comes later would move what is there.
  const isThere = [reading, ...Object.values(tops)].every(
    ({ reply, problem }) => reply !== undefined || problem !== undefined,
  );
  return (
    <>
      <Choices span={span} vlan={vlan} onChoice={(choice) => goTo('traffic', { span, vlan, ...choice })} />
      <div class="traffic">
        {isThere ? (
          <>
            <Loaded of={reading}>
              {({ sums }) => <Shown sums={sums} span={span} sinceMs={sinceMs} nowMs={nowMs} />}
            </Loaded>
            <Rankings readings={tops} vlan={vlan} />
          </>
        ) : (
          <Busy />
        )}
      </div>
    </>
  );
}
