// Whether an interface can be served on, and if not, why. Pure. The order of the questions is the product: an interface
// that is not up is asked nothing about its wire, because vio(4) then prints `no carrier` whatever the wire does.

import type { FaultCase, LinkFault, ProbeView } from './link-fault.ts';
import { duplicatedAddresses } from './link-fault.ts';
import type { LinkState } from './link-state.ts';
import { linuxWords } from './probe-linux.ts';
import { openbsdWords } from './probe-openbsd.ts';

/** What a probe found. `note` is something worth knowing about a usable interface. */
export type ProbeResult =
  | { readonly usable: true; readonly link: LinkState; readonly note?: string }
  | {
      readonly usable: false;
      readonly fault: LinkFault;
      /** Undefined when there is no such interface. */
      readonly link: LinkState | undefined;
      readonly why: string;
      /** The system's own lines. */
      readonly evidence: string;
      /** What to do, with commands, the likeliest first. */
      readonly cure: string;
    };

/** Judges the interface of that name. */
export function probe(name: string, view: ProbeView): ProbeResult {
  const link = view.links.find((candidate) => candidate.name === name);
  const found = findFault(name, link, view);
  if (found === undefined && link !== undefined) return { usable: true, link, ...noteOn(link) };
  const fault: FaultCase = found ?? { fault: 'absent', name, view };
  const words = view.platform === 'openbsd' ? openbsdWords(fault) : linuxWords(fault);
  return { usable: false, fault: fault.fault, link, ...words, evidence: evidenceOf(fault) };
}

function findFault(name: string, link: LinkState | undefined, view: ProbeView): FaultCase | undefined {
  if (link === undefined) return undefined;
  const about = { name, link, view };
  if (!link.up) return { ...about, fault: 'down' };
  const parent = view.links.find((candidate) => candidate.name === link.parent);
  if (parent?.up === false) return { ...about, fault: 'down', parent };
  if (link.carrier === 'no') return { ...about, fault: 'no carrier', ...(parent && { parent }) };
  if (!link.running) return { ...about, fault: 'down' };
  if (link.addresses.some((address) => address.state === 'ready')) return undefined;
  const waiting = link.addresses.some(
    (address) => address.state === 'tentative' || address.state === 'detached',
  );
  return { ...about, fault: waiting ? 'tentative' : 'no address' };
}

function noteOn(link: LinkState): { note?: string } {
  const ready = link.addresses.filter((address) => address.state === 'ready');
  const duplicated = duplicatedAddresses(link);
  const notes = [
    ...(ready.every(({ address }) => address.toLowerCase().startsWith('fe80:'))
      ? [`${link.name} has only a link-local address so far`]
      : []),
    ...(duplicated === ''
      ? []
      : [`another machine uses ${duplicated} too (duplicated), so that it is not served on ${link.name}`]),
    ...link.addresses
      .filter(({ state }) => state === 'tentative')
      .map(
        ({ address }) =>
          `${address} is bound once the system has checked that nobody else has it (tentative)`,
      ),
  ];
  return notes.length === 0 ? {} : { note: notes.join('; ') };
}

function evidenceOf(fault: FaultCase): string {
  if (fault.link === undefined) {
    const names = fault.view.links.map((link) => link.name).join(', ');
    return `interfaces: ${names === '' ? '(none)' : names}`;
  }
  return fault.parent === undefined
    ? fault.link.evidence
    : `${fault.link.evidence}\n${fault.parent.evidence}`;
}
