// The parts of a running service without sockets, put together by the same code as in service: a VLAN whose policy
// blocks by the lists and by every service there is, another that blocks nothing, and a cache that knows every name that is asked for.
import { NameLayers } from '../../src/local/name-layer.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trie } from '../../src/blocklists/trie/trie.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { parseName } from '../../src/dns/name-text.ts';
import { TYPE } from '../../src/dns/numbers.ts';
import type { Serving } from '../../src/server/serving.ts';
import { EMPTY_DESK } from '../../src/assembly/adjustments.ts';
import { assemble } from '../../src/assembly/assemble.ts';
import { limitsOf } from '../../src/assembly/limits.ts';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import { packagedServiceNames } from '../../src/packaged/services.ts';
import { QuerySide } from '../../src/daemon/query-side.ts';
import { toStoredAnswer } from '../../src/answers/stored-answer.ts';
import { concat, fromHex, u16 } from '../../test/support/message-writer.ts';

/** What the operations are measured on. */
export interface House {
  readonly serving: Serving;
  readonly query: QuerySide;
}

const configWith = (services: readonly string[]): string => `
vlans:
  kids: { listen: ['127.0.0.1:5300'], subnets: [192.0.2.0/24, 2001:db8::/32], policy: strict }
  servers: { listen: ['127.0.0.2:5300'], subnets: [198.51.100.0/24], policy: open }
policies:
  open: {}
  strict: { block: { lists: [ads], rules: [casino.example], services: [${services.join(', ')}] }, bypass: block }
lists: { ads: ads.txt }
upstreams: { default: [192.0.2.53] }
records: [nas.home.arpa. A 192.0.2.10]
limits: { rate: 0 }
`;

/** Puts the parts together over a trie of lists. Default: every service is blocked. */
export async function openHouse(
  trie: Trie,
  sources: number,
  services: readonly string[] = packagedServiceNames(),
): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'vlandns-micro-'));
  try {
    writeFileSync(join(folder, 'ads.txt'), '');
    writeFileSync(join(folder, 'vlandns.yaml'), configWith(services));
    const prepared = await parsePrepared(join(folder, 'vlandns.yaml'), () => undefined);
    const report = { lines: 0, entries: 0, skipped: 0, skippedFor: {}, errors: 0, examples: [] };
    const source = { ...report, list: 'ads', source: 'ads.txt', format: 'auto' } as const;
    const meta = { key: '', sources: Array.from({ length: sources }, () => source) };
    const serving = assemble({
      generation: 1,
      unixMs: 0,
      prepared,
      house: prepared.house,
      desk: EMPTY_DESK,
      lists: { trie, meta },
      numbers: new Map([['default', 0]]),
      sets: new Map(),
      clients: new Map(),
      nameLayers: new NameLayers(),
      prefixes: new Map(),
    });
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const state = { serving, limits: limitsOf(prepared.config) };
    return { serving, query: new QuerySide(prepared.config, () => state, quiet) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const LIMITS = { minSeconds: 0, maxSeconds: 86_400, negativeSeconds: 900 };

/** Puts an A answer for a name into the cache. */
export function cacheAnswer({ query }: House, name: string): void {
  const view = new NameView();
  const wire = parseName(name);
  view.setWire(wire);
  const question = { name: wire, qtype: TYPE.A, dnssecOk: false, checkingDisabled: false };
  const answer = fromHex('c00c 0001 0001 00015180 0004 c0000201');
  const response = concat(u16(1, 0x8180, 1, 1, 0, 0), wire, u16(TYPE.A, 1), answer);
  const key = { setNumber: 0, name: view, qtype: TYPE.A, dnssecOk: false, checkingDisabled: false };
  query.cache.put(key, toStoredAnswer(response, question, LIMITS), performance.now());
}
