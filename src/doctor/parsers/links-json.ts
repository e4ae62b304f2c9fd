// links.json: what src/links/sysfs.ts reads on a Linux machine without ip(8), as collect.ts kept it.

import type { LinkAddress } from '../../links/link-state.ts';
import { driverOf } from '../../links/link-state.ts';
import type { LinkFact } from '../facts/machine-facts.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote } from '../facts/lines.ts';

/** Reads the interfaces; leaves out what has another form than expected. */
export function parseLinksJson(source: SourceText): LinkFact[] {
  const lines = linesOf(source).map(quote);
  return toList(toJson(source.text)).flatMap((link): LinkFact[] => {
    const { name, up, running, carrier, status, mac, master, evidence } = link;
    if (typeof name !== 'string' || typeof evidence !== 'string') return [];
    const at: Quote = {
      ...(lines.find(({ text }) => text.startsWith(`"name": ${JSON.stringify(name)}`)) ?? {
        source: source.name,
        line: 1,
      }),
      text: evidence,
    };
    return [
      {
        kind: 'link',
        name,
        driver: driverOf(name),
        up: up === true,
        running: running === true,
        carrier: carrier === 'yes' || carrier === 'no' ? carrier : 'none',
        ...(typeof status === 'string' ? { status } : {}),
        ...(typeof mac === 'string' ? { mac } : {}),
        addresses: toList(link['addresses']).flatMap(toAddress),
        evidence,
        system: 'linux',
        groups: [],
        isPart: typeof master === 'string',
        ...(link['isPointToPoint'] === true ? { isPointToPoint: true } : {}),
        autoconf: undefined,
        at,
        lines: [],
      },
    ];
  });
}

function toAddress({ address, family, prefixLength, state, origin }: Fields): LinkAddress[] {
  if (typeof address !== 'string' || typeof prefixLength !== 'number') return [];
  const came = (['autoconf', 'temporary'] as const).find((word) => word === origin);
  const known = (['tentative', 'duplicated', 'detached'] as const).find((word) => word === state);
  return [
    {
      address,
      family: family === 6 ? 6 : 4,
      prefixLength,
      state: known ?? 'ready',
      ...(came === undefined ? {} : { origin: came }),
    },
  ];
}

type Fields = Readonly<Record<string, unknown>>;

function toList(value: unknown): Fields[] {
  if (!Array.isArray(value)) return [];
  return value.map((one: unknown) =>
    typeof one === 'object' && one !== null ? Object.fromEntries(Object.entries(one)) : {},
  );
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
