// Home, the parent's page: every VLAN as a card, kept up to date by the live status.
import { PauseDialog } from '../desk/pause-dialog.tsx';
import { TimedDialog } from '../desk/timed-dialog.tsx';
import { useDesk } from '../desk/use-desk.ts';
import type { DeskActions } from '../desk/use-desk.ts';
import { keep, readKept } from '../hooks/kept.ts';
import { useShell } from '../hooks/shell.ts';
import { useCall } from '../hooks/use-call.ts';
import { isAbout } from '../model/entries.ts';
import { toRecents, withRecent } from '../model/recent.ts';
import type { Recent } from '../model/recent.ts';
import { Heading } from '../parts/heading.tsx';
import { Busy, Empty, Refused } from '../parts/states.tsx';
import { useEffect, useMemo, useState } from '../preact.ts';
import type { Problem } from '../../web/web-routes.ts';
import { Entries } from './home/entries.tsx';
import { VlanCard } from './home/vlan-card.tsx';
import type { HomeFacts, Opened } from './home/vlan-card.tsx';

/** Clients are read anew after this many milliseconds. */
const CLIENTS_MS = 60_000;

/** Home. */
export function Home() {
  const { words, status } = useShell();
  const { facts, problem, again, onRecent } = useFacts();
  const [opened, setOpened] = useState<Opened | undefined>(undefined);
  const desk = useDesk({ services: facts.services, onChange: again, tellsProblem: opened === undefined });
  // Nothing moves once it is drawn: the cards wait for what is in them.
  const isComing = problem === undefined && (facts.grants === undefined || facts.clients === undefined);
  const shown = isComing ? undefined : status;
  const open = (next: Opened | undefined) => {
    desk.forget();
    setOpened(next);
  };
  const onQuick = (recent: Recent) => {
    const { kind, who, label, what, minutes } = recent;
    desk.order({ kind, who, label, what, end: `${minutes}m` }, () => onRecent(recent));
  };
  return (
    <>
      <Heading text={words.home.title} />
      {status?.warnings.map((warning) => (
        <p key={warning} class="banner warning">
          {warning}
        </p>
      ))}
      <Refused problem={problem} again={again} />
      {shown === undefined && <Busy />}
      {status?.vlans.length === 0 && <Empty>{words.home.none}</Empty>}
      <div class="vlans">
        {shown?.vlans.map((vlan) => (
          <VlanCard
            key={vlan.name}
            vlan={vlan}
            policies={shown.policies}
            facts={facts}
            desk={desk}
            onOpen={open}
            onQuick={onQuick}
          />
        ))}
      </div>
      <Others facts={facts} desk={desk} />
      <Dialogs
        opened={opened}
        facts={facts}
        desk={desk}
        onClose={() => open(undefined)}
        onRecent={onRecent}
      />
    </>
  );
}

/** What is about no VLAN that is shown: a policy that nobody has, a device that is gone. */
function Others({ facts, desk }: { readonly facts: HomeFacts; readonly desk: DeskActions }) {
  const { words, status } = useShell();
  const { grants, clients, services } = facts;
  if (status === undefined || grants === undefined || clients === undefined) return null;
  const others = grants.entries.filter(
    (entry) => !status.vlans.some((vlan) => isAbout(entry, vlan, clients)),
  );
  if (others.length === 0) return null;
  return (
    <section class="card">
      <h2>{words.home.others}</h2>
      <Entries entries={others} vlan={undefined} services={services} onEnd={desk.end} />
    </section>
  );
}

interface DialogsProps {
  readonly opened: Opened | undefined;
  readonly facts: HomeFacts;
  readonly desk: DeskActions;
  readonly onClose: () => void;
  readonly onRecent: (recent: Recent) => void;
}

function Dialogs({ opened, facts, desk, onClose, onRecent }: DialogsProps) {
  if (opened === undefined) return null;
  const { kind, vlan } = opened;
  if (kind === 'pause') return <PauseDialog vlan={vlan} desk={desk} onClose={onClose} />;
  const allowances = facts.grants?.allowances.filter((allowance) => allowance.vlan === vlan) ?? [];
  return (
    <TimedDialog
      kind={kind}
      targets={opened.targets}
      services={facts.services}
      proposed={allowances.map(({ what }) => what)}
      desk={desk}
      onClose={onClose}
      onOrder={({ who, label, what = '' }, end) => {
        if ('minutes' in end) onRecent({ kind, vlan, who, label, what, minutes: end.minutes });
      }}
    />
  );
}

interface Facts {
  readonly facts: HomeFacts;
  readonly problem: Problem | undefined;
  /** Reads anew what was changed. */
  readonly again: () => void;
  readonly onRecent: (recent: Recent) => void;
}

/** What Home knows beside the status. What was changed at the desk is read anew with each status, since that is live. */
function useFacts(): Facts {
  const { status, services } = useShell();
  const grants = useCall('GET /grants', {});
  const clients = useCall('GET /clients', {});
  const [kept, setKept] = useState(() => readKept('recent'));
  const recents = useMemo(() => toRecents(kept), [kept]);
  useEffect(() => {
    if (status !== undefined) grants.again();
  }, [status]);
  useEffect(() => {
    const timer = setInterval(clients.again, CLIENTS_MS);
    return () => clearInterval(timer);
  }, []);
  return {
    facts: {
      grants: grants.reply,
      clients: clients.reply?.clients,
      services,
      recents,
    },
    problem: grants.problem ?? clients.problem,
    again: grants.again,
    onRecent: (recent) => {
      const next = JSON.stringify(withRecent(recents, recent));
      keep('recent', next);
      setKept(next);
    },
  };
}
