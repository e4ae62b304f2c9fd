// Which policy a client gets, and when that changes: adjustments of policies, VLANs and clients, put together as in service.
import { NameLayers } from '../../src/local/name-layer.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';

import { ClientAddress } from '../../src/addresses/client-address.ts';

import { EMPTY_DESK } from '../../src/assembly/adjustments.ts';
import type { Desk } from '../../src/assembly/adjustments.ts';
import type { ScopedAdjustment } from '../../src/assembly/clients/scoped-adjustment.ts';
import { assemble } from '../../src/assembly/assemble.ts';
import { houseOf } from '../../src/assembly/house-of.ts';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import { NO_LISTS } from '../../src/lists/compiled-lists.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { exceptionOf, selectPolicy } from '../../src/policy/vlan.ts';
import type { Serving } from '../../src/server/serving.ts';
import { parsePrefix } from '../support/serving.ts';

const CONFIG = `
vlans:
  kids:
    listen: ['127.0.0.1:5300']
    subnets: [192.0.2.0/24]
    policy: strict
    clients: [{ name: tablet, address: 192.0.2.16/28, policy: mild }]
  guests: { listen: ['127.0.0.2:5300'], subnets: [198.51.100.0/24], policy: strict }
policies: { strict: { block: { rules: [casino.example] } }, mild: {} }
`;

/** When the desk's first adjustment ends. */
const END_MS = 1_800_000_000_000;

async function serve(
  t: Test,
  adjustments: readonly ScopedAdjustment[],
  unixMs = END_MS - 1,
  { config = CONFIG, known }: { config?: string; known?: readonly Policy[] } = {},
): Promise<Serving> {
  const folder = mkdtempSync(join(tmpdir(), 'vlandns-effective-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'vlandns.yaml'), config);
  const prepared = await parsePrepared(join(folder, 'vlandns.yaml'), () => undefined);
  const desk: Desk = { ...EMPTY_DESK, adjustments };
  return assemble({
    generation: 1,
    unixMs,
    prepared,
    house: houseOf({ prepared, desk }),
    desk,
    lists: NO_LISTS,
    numbers: new Map([['default', 0]]),
    sets: new Map(),
    clients: new Map(),
    nameLayers: new NameLayers(),
    prefixes: new Map(),
    known,
  });
}

t.test(
  'policies that use the same lists in the same way share what these mean, also from state to state',
  async (t) => {
    const before = await serve(t, []);
    const [strict, mild] = before.policies;
    t.equal(strict?.listTable, mild?.listTable, 'of one state');
    const after = await serve(t, [], END_MS, { known: before.policies });
    t.equal(after.policies[0]?.listTable, strict?.listTable, 'of the next');
    t.not(after.policies[0]?.ruleTable, strict?.ruleTable, 'house rules are others');
    const other = CONFIG.replace('mild: {}', 'mild: { answer: nodata }');
    const { policies } = await serve(t, [], END_MS, { config: other, known: before.policies });
    t.equal(policies[0]?.listTable, strict?.listTable);
    t.not(policies[1]?.listTable, strict?.listTable, 'with another answer rules of lists say something else');
  },
);

const ADDRESSES = ['192.0.2.1', '192.0.2.16', '192.0.2.17', '192.0.2.77', '198.51.100.1'];

/** Of each address the policy and what adjusts it. */
function policiesOf(serving: Serving): Record<string, string> {
  const client = new ClientAddress();
  return Object.fromEntries(
    ADDRESSES.map((address) => {
      client.set(address);
      const vlan = [...serving.vlans.values()].find(({ subnets }) => subnets.find(client) >= 0);
      const policy = vlan === undefined ? undefined : selectPolicy(vlan, client);
      const name = vlan?.clientNames[exceptionOf(vlan, client)];
      const told = [
        policy?.name,
        ...(policy?.adjustedBy ?? []),
        ...(name === undefined ? [] : [`(${name})`]),
      ];
      return [address, told.join(' ')];
    }),
  );
}

function adjustment(text: string, scope: ScopedAdjustment['scope'], untilMs = Infinity): ScopedAdjustment {
  return { text, scope, untilMs, uses: new Map(), lists: [], blocksAll: false, pauses: false };
}

const PLAIN = {
  '192.0.2.1': 'strict',
  '192.0.2.16': 'mild (tablet)',
  '192.0.2.17': 'mild (tablet)',
  '192.0.2.77': 'strict',
  '198.51.100.1': 'strict',
};

const CASES: readonly (readonly [string, readonly ScopedAdjustment[], Partial<typeof PLAIN>])[] = [
  ['without adjustments everybody has what is configured', [], {}],
  [
    'what is for a policy is for everybody who has it',
    [adjustment('bedtime', { policy: 'strict' })],
    { '192.0.2.1': 'strict bedtime', '192.0.2.77': 'strict bedtime', '198.51.100.1': 'strict bedtime' },
  ],
  [
    'what is for a VLAN is for its exceptions, too, and for no other VLAN',
    [adjustment('pause', { vlan: 'kids' })],
    {
      '192.0.2.1': 'strict pause',
      '192.0.2.16': 'mild pause (tablet)',
      '192.0.2.17': 'mild pause (tablet)',
      '192.0.2.77': 'strict pause',
    },
  ],
  [
    'what is for a client is for it alone, with the policy and the name that it has',
    [adjustment('grant', { vlan: 'kids', client: { prefix: parsePrefix('192.0.2.17/32') } })],
    { '192.0.2.17': 'mild grant (tablet)' },
  ],
  [
    'a client that is no exception becomes one of its VLAN with the policy of all others',
    [
      adjustment('pause', { vlan: 'kids' }),
      adjustment('grant', {
        vlan: 'kids',
        client: { prefix: parsePrefix('192.0.2.77/32'), name: 'console' },
      }),
    ],
    {
      '192.0.2.1': 'strict pause',
      '192.0.2.16': 'mild pause (tablet)',
      '192.0.2.17': 'mild pause (tablet)',
      '192.0.2.77': 'strict pause grant (console)',
    },
  ],
  [
    'an address of one VLAN is nobody in another',
    [adjustment('grant', { vlan: 'guests', client: { prefix: parsePrefix('192.0.2.1/32') } })],
    {},
  ],
  ['what has ended counts no more', [adjustment('grant', { vlan: 'kids' }, END_MS - 1)], {}],
];

for (const [title, adjustments, changed] of CASES)
  t.test(title, async (t) => {
    t.same(policiesOf(await serve(t, adjustments)), { ...PLAIN, ...changed });
  });

t.test('a state is good until the first of its adjustments ends', async (t) => {
  const later = adjustment('pause', { vlan: 'guests' }, END_MS + 60_000);
  const serving = await serve(t, [adjustment('grant', { vlan: 'kids' }, END_MS), later]);
  t.equal(serving.validUntilMs, END_MS);
  t.equal(serving.vlans.get('guests')?.policy.changesAtMs, END_MS + 60_000, 'a policy until its own end');
  t.equal(serving.configured[1]?.changesAtMs, Infinity);
  t.equal((await serve(t, [])).validUntilMs, Infinity);
});

t.test('who has the same policy and the same adjustments shares one compiled policy', async (t) => {
  const serving = await serve(t, [adjustment('grant', { vlan: 'kids' })]);
  t.same(
    serving.policies.map(({ name, number }) => [name, number]),
    [
      ['strict', 0],
      ['mild', 1],
      ['mild', 2],
      ['strict', 3],
    ],
  );
  t.equal(serving.vlans.get('guests')?.policy, serving.configured[0]);
});

t.test('house rules of the desk are judged beside those of the configuration', async (t) => {
  const { ruleSources, book } = await serve(t, []);
  t.same(ruleSources.map(({ kind }) => kind).toSorted(), ['bypass', 'policy', 'policy']);
  t.ok(book.rules.setCount > 0);
});
