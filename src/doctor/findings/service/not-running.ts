// The daemon cannot be asked. It may run all the same, though nothing listens on its control socket: what holds its
// addresses may be the daemon itself, hung or with another configuration.

import type { Evidence } from '../../facts/evidence.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here } from '../../finding.ts';
import { isNode } from '../../program-names.ts';
import type { SocketFact } from '../../facts/service-facts.ts';

/** Finds a daemon that cannot be asked: it does not run, or runs and says nothing. */
export function notRunning(scene: Scene): Finding[] {
  const { evidence } = scene;
  const failed = evidence.all('service').find(({ name, state }) => name === 'vlandns' && state === 'failed');
  const [silent] = evidence.all('not running');
  const isOpenbsd =
    evidence.has('service') || evidence.all('link').some(({ system }) => system === 'openbsd');
  if (failed !== undefined) {
    const shown = silent === undefined ? [failed.at] : [silent.at, failed.at];
    const what = 'vlandns is enabled, but does not run';
    return [stopped(isOpenbsd, { what, sure: 'certain', evidence: shown })];
  }
  if (silent === undefined) return [];
  const holder = holderOf(scene);
  if (silent.isHung)
    return [
      hung('daemon-hung', isOpenbsd, {
        what: 'vlandns runs, but does not answer on its control socket: it is hung, or has far too much to do',
        sure: 'likely',
        evidence: holder === undefined ? [silent.at] : [silent.at, holder.at],
      }),
    ];
  if (holder !== undefined) {
    const { program, processId, address, port, at } = holder;
    const who = `${program}${processId === undefined ? '' : ` (process ${processId})`}`;
    return [
      hung('daemon-not-running', isOpenbsd, {
        what: `nobody answers on the control socket of this configuration, but ${who} holds ${address} port ${port}: vlandns runs and is hung, or runs with another configuration`,
        sure: 'possible',
        evidence: [silent.at, at],
      }),
    ];
  }
  return [
    stopped(isOpenbsd, {
      what: 'vlandns does not run, or not with this configuration',
      sure: sawSockets(evidence) ? 'certain' : 'likely',
      evidence: [silent.at],
    }),
  ];
}

type Said = Pick<Finding, 'what' | 'sure' | 'evidence'>;

function stopped(isOpenbsd: boolean, said: Said): Finding {
  return {
    id: 'daemon-not-running',
    layer: 'listener',
    ...said,
    cure: [
      here('vlandns check', 'tells what keeps it from starting'),
      isOpenbsd
        ? here('rcctl start vlandns', 'its log is in /var/log/daemon')
        : here('systemctl start vlandns', 'its log: `journalctl -u vlandns`'),
    ],
    prove: [here('vlandns status')],
  };
}

// The program that holds the address and port of a listener, where it may be vlandns.
function holderOf({ evidence, subjects }: Scene): SocketFact | undefined {
  const listen = new Set(
    subjects.flatMap((subject) => subject.listen.map(({ address, port }) => `${address} ${port}`)),
  );
  return evidence
    .all('socket')
    .find(({ program, address, port }) => isNode(program) && listen.has(`${address} ${port}`));
}

// Without root, ss(8) and fstat(1) show sockets and not whose they are.
function sawSockets(evidence: Evidence): boolean {
  return evidence.all('socket').some(({ program }) => program !== '?');
}

function hung(id: string, isOpenbsd: boolean, said: Said): Finding {
  const logs: Step = isOpenbsd
    ? here('tail -n 50 /var/log/daemon', 'what it said last')
    : here('journalctl -n 50 -u vlandns', 'what it said last');
  return {
    id,
    layer: 'listener',
    ...said,
    cure: [
      here('vlandns status', 'once more, in a minute: it may have been busy'),
      logs,
      here(isOpenbsd ? 'rcctl restart vlandns' : 'systemctl restart vlandns'),
    ],
    cost: 'no VLAN is answered for some seconds',
    prove: [here('vlandns status')],
  };
}
