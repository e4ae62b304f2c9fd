// Counters of OpenBSD and Linux: `vmstat -iz`, `netstat -in`, `netstat -s -p udp`, /proc/net/snmp. Two samples of one
// counter are two sources; their names say which came first.

import type { Fact } from '../facts/evidence.ts';
import type { UdpCountFact } from '../facts/machine-facts.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote } from '../facts/lines.ts';

// vmstat.c prints the vector as "irq114/vio1:0", or the name alone; then the total and the rate.
const INTERRUPT = /^(?:irq\d+\/)?([a-z]+\d+)(?::(\d+))?\s+(\d+)\s+\d+$/;

/** Reads `vmstat -iz`. */
export function parseVmstat(source: SourceText): Fact[] {
  return linesOf(source).flatMap((line): Fact[] => {
    const at = quote(line);
    const [, device, vector, count] = INTERRUPT.exec(at.text) ?? [];
    if (device === undefined) return [];
    return [
      {
        kind: 'interrupt count',
        device,
        vector: vector === undefined ? undefined : Number(vector),
        count: Number(count),
        sample: source.name,
        at,
      },
    ];
  });
}

// Name Mtu Network Address Ipkts Ifail Opkts Ofail Colls; a `*` behind the name means that it is not up. Only the line of
// the link counts: those of addresses repeat the same figures. The address may be missing.
const LINK_LINE = /^([a-z]+\d+)\*?\s+\d+\s+<Link>\s+(?:[0-9a-f:]{17}\s+)?(\d+)\s+\d+\s+\d+\s+\d+/i;

/** Reads `netstat -in`. */
export function parseNetstat(source: SourceText): Fact[] {
  return linesOf(source).flatMap((line): Fact[] => {
    const at = quote(line);
    const [, name, received] = LINK_LINE.exec(at.text) ?? [];
    if (name === undefined) return [];
    return [{ kind: 'frame count', interface: name, received: Number(received), sample: source.name, at }];
  });
}

const UDP_LINES: readonly (readonly [UdpCountFact['what'], RegExp])[] = [
  ['received', /^(\d+) datagrams? received$/],
  ['no socket', /^(\d+) dropped due to no socket$/],
  ['buffer full', /^(\d+) dropped due to full socket buffers$/],
];

/** Reads the section on UDP of `netstat -s`. */
export function parseUdpStatistics(source: SourceText): Fact[] {
  let inUdp = false;
  const facts: Fact[] = [];
  for (const line of linesOf(source)) {
    const at = quote(line);
    if (/^\w+:$/.test(at.text)) inUdp = at.text === 'udp:';
    if (!inUdp) continue;
    for (const [what, pattern] of UDP_LINES) {
      const count = pattern.exec(at.text)?.[1];
      if (count !== undefined) facts.push(udpCount(what, count, at));
    }
  }
  return facts;
}

/** Reads Linux's /proc/net/snmp: a line of names and a line of figures, both beginning with `Udp:`. */
export function parseSnmp(source: SourceText): Fact[] {
  const lines = linesOf(source).filter(({ text }) => text.startsWith('Udp: '));
  const [names, figures] = lines;
  if (names === undefined || figures === undefined) return [];
  const words = names.text.split(/\s+/);
  const values = figures.text.split(/\s+/);
  const at = quote(figures);
  return SNMP_NAMES.flatMap(([what, name]): Fact[] => {
    const value = values[words.indexOf(name)];
    return value !== undefined && /^\d+$/.test(value) ? [udpCount(what, value, at)] : [];
  });
}

const SNMP_NAMES: readonly (readonly [UdpCountFact['what'], string])[] = [
  ['received', 'InDatagrams'],
  ['no socket', 'NoPorts'],
  ['buffer full', 'RcvbufErrors'],
];

function udpCount(what: UdpCountFact['what'], count: string, at: Quote): UdpCountFact {
  return { kind: 'udp count', what, count: Number(count), sample: at.source, at };
}
