// A query of the log: when, who, what, how it ended and why; and the buttons that change that, with what came of it beside them.
import type { DeskTold } from '../../../api/told-desk.ts';
import type { LoggedQuery } from '../../../querylog/history.ts';
import type { Order } from '../../desk/use-desk.ts';
import { useShell } from '../../hooks/shell.ts';
import { may, mayAllow } from '../../model/rights.ts';
import { Badge } from '../../parts/banner.tsx';
import { Button } from '../../parts/button.tsx';
import { useEffect, useId, useRef } from '../../preact.ts';
import type { ComponentChildren } from '../../preact.ts';
import { toHash } from '../../router.ts';
import type { Format } from '../../words/format.ts';

/** What came of a button of a row. */
export interface RowOutcome {
  readonly text: string;
  readonly entry: DeskTold['entries'][number] | undefined;
}

interface LogRowProps {
  readonly query: LoggedQuery;
  readonly place: number;
  readonly allowances: readonly { readonly policy: string }[];
  readonly isBusy: boolean;
  readonly outcome: RowOutcome | undefined;
  readonly onOrder: (order: Order) => void;
  readonly onUndo: () => void;
  /** What went wrong with its button. */
  readonly children?: ComponentChildren;
}

/** A row. */
export function LogRowView(props: LogRowProps) {
  const { query, place, outcome, isBusy } = props;
  const { words, format } = useShell();
  const id = useId();
  const { client, name } = query;
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    // The button that undid it is gone.
    if (outcome !== undefined && outcome.entry === undefined && document.activeElement === document.body)
      row.current?.focus({ preventScroll: true });
  }, [outcome]);
  return (
    <article
      ref={row}
      class="log-row"
      tabIndex={0}
      aria-labelledby={id}
      aria-posinset={place}
      aria-setsize={-1}
    >
      <time dateTime={new Date(query.unixMs).toISOString()} title={format.exact(query.unixMs)}>
        {timeText(query.unixMs, format)}
      </time>
      <h2 id={id} class="log-name">
        {name} <span class="soft">{query.type}</span>
      </h2>
      <p class="log-who">
        {client === undefined ? words.log.anonymous : (client.name ?? client.address)}{' '}
        <span class="soft">{query.vlan}</span>
      </p>
      <div class="log-why">
        <Verdict query={query} />
        <Reasoned query={query} />
      </div>
      <div class="buttons">
        <Orders {...props} />
        <a class="button quiet" href={toHash('why', { who: client?.address ?? query.vlan, name })}>
          {words.log.why}
          <span class="unseen">: {name}</span>
        </a>
      </div>
      <div class="log-outcome" role="status">
        {outcome !== undefined && (
          <>
            <span>{outcome.text}</span>
            {outcome.entry !== undefined && (
              <Button isBusy={isBusy} onClick={props.onUndo} about={name}>
                {words.log.undo}
              </Button>
            )}
          </>
        )}
      </div>
      {props.children}
    </article>
  );
}

/** To the second; further back with its day. */
function timeText(unixMs: number, format: Format): string {
  const nowMs = Date.now();
  return nowMs - unixMs < CLOCK_MS ? format.clock(unixMs) : format.moment(unixMs, nowMs);
}

const CLOCK_MS = 12 * 3_600_000;

function Verdict({ query: { blocked, rcode } }: { readonly query: LoggedQuery }) {
  const { words } = useShell();
  if (blocked) return <Badge kind="error">{words.log.blocked}</Badge>;
  const isFailed = rcode !== 'NOERROR' && rcode !== 'NXDOMAIN';
  return isFailed ? (
    <Badge kind="warning">{words.log.failed(rcode)}</Badge>
  ) : (
    <Badge kind="done">{rcode === 'NXDOMAIN' ? words.log.noSuchName : words.log.answered}</Badge>
  );
}

function Reasoned({ query: { reason, upstream, cached, waitedUs } }: { readonly query: LoggedQuery }) {
  const { words, format } = useShell();
  const from = cached ? words.log.cached : upstream;
  return (
    <p class="soft">
      {reason !== undefined && (
        <span>
          {words.log.reason[reason.kind]} {reason.source}
          {reason.rule !== undefined && <code> {reason.rule}</code>}
          {reason.target !== undefined && ` ${words.log.ledTo(reason.target)}`}
        </span>
      )}
      {from !== undefined && <span> {from}</span>}
      {waitedUs > 0 && <span> {format.number(waitedUs / 1000)} ms</span>}
    </p>
  );
}

function Orders({ query, allowances, isBusy, onOrder }: LogRowProps) {
  const { words, session } = useShell();
  const { name, vlan, blocked, client, policy = '' } = query;
  const whole = { who: `vlan:${vlan}`, label: vlan, what: name };
  const own =
    client === undefined
      ? whole
      : {
          who: client.name === undefined ? client.address : `client:${client.name}`,
          label: client.name ?? client.address,
          what: name,
        };
  const button = (label: string, order: Order) => (
    <Button isBusy={isBusy} onClick={() => onOrder(order)} about={name}>
      {label}
    </Button>
  );
  return (
    <>
      {blocked && may(session, 'grant') && button(words.log.allowHour, { kind: 'grant', ...own, end: '60m' })}
      {blocked &&
        mayAllow(session, policy, allowances) &&
        button(words.log.allowAlways, { kind: 'allow', ...whole })}
      {!blocked &&
        name !== '.' &&
        may(session, 'block') &&
        button(words.log.block, { kind: 'block', ...whole })}
    </>
  );
}
