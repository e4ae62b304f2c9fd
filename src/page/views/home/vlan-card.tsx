// A VLAN as a card: whether it is served, what holds now and next, what was changed, who is in it, and the buttons that change it.
import type { GrantsTold, ToldEntry } from '../../../api/told-desk.ts';
import type { ToldClient } from '../../../explain/told/clients.ts';
import type { ToldService } from '../../../explain/told/services.ts';
import type { Status, ToldVlan } from '../../../status/status.ts';
import type { Target } from '../../desk/timed-dialog.tsx';
import type { DeskActions } from '../../desk/use-desk.ts';
import { useShell } from '../../hooks/shell.ts';
import { devicesOf } from '../../model/devices.ts';
import type { Device } from '../../model/devices.ts';
import { isAbout, pauseOf } from '../../model/entries.ts';
import { offeredFor } from '../../model/recent.ts';
import type { Recent } from '../../model/recent.ts';
import { may } from '../../model/rights.ts';
import { labelOf } from '../../model/subject.ts';
import { Badge, Banner } from '../../parts/banner.tsx';
import { Button } from '../../parts/button.tsx';
import { useId } from '../../preact.ts';
import { Allowances } from './allowances.tsx';
import { Devices } from './devices.tsx';
import { Entries } from './entries.tsx';

/** What Home knows beside the status. */
export interface HomeFacts {
  readonly grants: GrantsTold | undefined;
  readonly clients: readonly ToldClient[] | undefined;
  readonly services: readonly ToldService[];
  readonly recents: readonly Recent[];
}

/** What is opened by a button. */
export type Opened =
  | { readonly kind: 'grant' | 'deny'; readonly vlan: string; readonly targets: readonly Target[] }
  | { readonly kind: 'pause'; readonly vlan: string };

interface VlanCardProps {
  readonly vlan: ToldVlan;
  readonly policies: Status['policies'];
  readonly facts: HomeFacts;
  readonly desk: DeskActions;
  readonly onOpen: (opened: Opened) => void;
  readonly onQuick: (recent: Recent) => void;
}

/** The card. */
export function VlanCard({ vlan, policies, facts, desk, onOpen, onQuick }: VlanCardProps) {
  const { words } = useShell();
  const id = useId();
  const { grants, clients = [], services } = facts;
  const entries = grants?.entries.filter((entry) => isAbout(entry, vlan, clients)) ?? [];
  const allowances = grants?.allowances.filter((allowance) => allowance.vlan === vlan.name) ?? [];
  const devices = devicesOf(vlan.name, clients);
  const open = (kind: 'grant' | 'deny', first?: Device) =>
    onOpen({
      kind,
      vlan: vlan.name,
      targets: targetsOf(
        { who: `vlan:${vlan.name}`, label: vlan.name, option: words.grant.wholeVlan(vlan.name) },
        devices,
        first,
      ),
    });
  return (
    <article class="card vlan" aria-labelledby={id}>
      <header>
        <h2 id={id}>{vlan.name}</h2>
        <Badge kind={KIND_OF[vlan.state]}>{words.home.state[vlan.state]}</Badge>
        <span class="soft">{tagAndPolicy(vlan, words.home)}</span>
      </header>
      <Health vlan={vlan} />
      <Times vlan={vlan} policies={policies} isPaused={pauseOf(vlan.name, entries) !== undefined} />
      {entries.length > 0 && (
        <div>
          <h3>{words.home.entries}</h3>
          <Entries entries={entries} vlan={vlan.name} services={services} onEnd={desk.end} />
        </div>
      )}
      <Actions
        vlan={vlan.name}
        facts={facts}
        pause={pauseOf(vlan.name, entries)}
        desk={desk}
        onOpen={(kind) => (kind === 'pause' ? onOpen({ kind, vlan: vlan.name }) : open(kind))}
        onQuick={onQuick}
      />
      {allowances.length > 0 && (
        <Allowances allowances={allowances} policy={vlan.policy} services={services} />
      )}
      {facts.clients !== undefined && (
        <Devices
          vlan={vlan.name}
          policy={vlan.policy}
          devices={devices}
          onGrant={(device) => open('grant', device)}
        />
      )}
    </article>
  );
}

const KIND_OF = {
  serving: 'done',
  'in part': 'warning',
  'link lost': 'error',
  waiting: 'error',
  refusing: 'error',
} as const;

function tagAndPolicy(
  { id, policy }: ToldVlan,
  words: { readonly tag: (id: number) => string; readonly policy: (name: string) => string },
): string {
  const tag = id === undefined ? [] : [words.tag(id)];
  return [...tag, ...(policy === undefined ? [] : [words.policy(policy)])].join(' · ');
}

/** Why it is not served as it should be, with the cure, in the service's words. */
function Health({ vlan: { problem, note, isFlapping } }: { readonly vlan: ToldVlan }) {
  const { words } = useShell();
  return (
    <>
      {problem !== undefined && (
        <Banner kind="error">
          <p>{problem}</p>
        </Banner>
      )}
      {(note !== undefined || isFlapping) && (
        <Banner kind="note">
          {isFlapping && <p>{words.home.flapping}</p>}
          {note !== undefined && <p>{note}</p>}
        </Banner>
      )}
    </>
  );
}

/** What holds by the clock, and what begins next. */
function Times({
  vlan,
  policies,
  isPaused,
}: Pick<VlanCardProps, 'vlan' | 'policies'> & { readonly isPaused: boolean }) {
  const { words, format } = useShell();
  const schedules = policies.find(({ name }) => name === vlan.policy)?.schedules;
  const now = Date.now();
  const active = (schedules?.active ?? []).map(({ name, until }) =>
    until === undefined ? name : `${name} ${words.home.until(format.moment(Date.parse(until), now))}`,
  );
  const holds = [...(isPaused ? [words.home.paused] : []), ...active];
  return (
    <dl class="facts">
      <dt>{words.home.now}</dt>
      <dd>{holds.length === 0 ? words.home.asUsual : holds.join(', ')}</dd>
      {schedules?.next !== undefined && (
        <>
          <dt>{words.home.next}</dt>
          <dd>{`${schedules.next.name} · ${format.moment(Date.parse(schedules.next.at), now)}`}</dd>
        </>
      )}
    </dl>
  );
}

interface ActionsProps extends Pick<VlanCardProps, 'facts' | 'desk' | 'onQuick'> {
  readonly vlan: string;
  readonly pause: ToldEntry | undefined;
  readonly onOpen: (kind: 'grant' | 'deny' | 'pause') => void;
}

function Actions({ vlan, facts, pause, desk, onOpen, onQuick }: ActionsProps) {
  const { session, words, format } = useShell();
  if (!may(session, 'grant')) return null;
  const quick = offeredFor(vlan, facts.recents, facts.grants?.allowances ?? []);
  const quickText = (recent: Recent) => {
    const what = labelOf(recent.what, facts.services, words.home.everything);
    const told = recent.label === vlan ? what : `${what} (${recent.label})`;
    const time = format.duration(recent.minutes * 60);
    return recent.kind === 'grant' ? words.home.quickGrant(told, time) : words.home.quickDeny(told, time);
  };
  return (
    <div class="buttons" role="group" aria-label={words.home.actions(vlan)}>
      {quick.map((recent) => (
        <Button
          key={`${recent.kind} ${recent.who} ${recent.what} ${recent.minutes}`}
          kind="primary"
          isBusy={desk.isBusy}
          onClick={() => onQuick(recent)}
        >
          {quickText(recent)}
        </Button>
      ))}
      <Button onClick={() => onOpen('grant')}>{words.home.grant}</Button>
      <Button onClick={() => onOpen('deny')}>{words.home.deny}</Button>
      {pause === undefined ? (
        <Button onClick={() => onOpen('pause')}>{words.home.pause}</Button>
      ) : (
        <Button isBusy={desk.isBusy} onClick={() => desk.end(pause)}>
          {words.home.resume}
        </Button>
      )}
    </div>
  );
}

/** The VLAN and its devices, the meant one first. */
function targetsOf(vlan: Target, devices: readonly Device[], first: Device | undefined): Target[] {
  const own = devices.flatMap(({ who, label }) => (who === undefined ? [] : [{ who, label }]));
  const all = [vlan, ...own];
  return first === undefined
    ? all
    : [...all.filter(({ who }) => who === first.who), ...all.filter(({ who }) => who !== first.who)];
}
