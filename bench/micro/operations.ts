// The operations that are measured, from single steps to whole answers. Names change from one operation to the next, so
// that the processor's caches help no more than they do in service.
import { Matches } from '../../src/blocklists/trie/matches.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { parseName } from '../../src/dns/name-text.ts';
import { TYPE } from '../../src/dns/numbers.ts';
import { QueryView } from '../../src/dns/query-view.ts';
import { ClientAddress } from '../../src/addresses/client-address.ts';
import { TRANSPORT } from '../../src/listeners/transport.ts';
import { Judge } from '../../src/policy/judge.ts';
import { selectPolicy } from '../../src/policy/vlan.ts';
import { Clock } from '../../src/time/clock.ts';
import { writeQuery } from '../../test/support/message-writer.ts';
import type { House } from './house.ts';

/** Does one operation `count` times. */
export type Operation = (count: number) => void;

/** What the operations are about: names of the lists, and names that are in none but cached. */
export interface AskedNames {
  readonly blocked: readonly string[];
  readonly cached: readonly string[];
}

/** The operations by what the table calls them. */
export function operationsOn(house: House, names: AskedNames): Readonly<Record<string, Operation>> {
  const { serving, query } = house;
  const kids = serving.vlans.get('kids');
  if (kids === undefined) throw new Error('there is no VLAN kids');
  const client = new ClientAddress();
  client.set('192.0.2.7');
  const judge = new Judge(serving.book);
  const matches = new Matches();
  const view = new QueryView();
  const cached = names.cached.map(toView);
  const blocked = names.blocked.map(toView);
  const key = { setNumber: 0, name: view.name, qtype: TYPE.A, dnssecOk: false, checkingDisabled: false };
  const clock = new Clock();
  clock.read();
  const reply = new Uint8Array(65_535);
  const handler = query.handlerFor('kids', TRANSPORT.udp);
  const answer = (queries: readonly Uint8Array[], wanted: (octets: number) => boolean): Operation =>
    over(queries, (message) => {
      const octets = handler.answerNow(message, message.length, client, reply);
      if (!wanted(octets)) throw new Error(`answered with ${octets}`);
    });
  const isReply = (octets: number): boolean => octets > 0;
  const ask = (asked: readonly string[], edns: boolean): Uint8Array[] =>
    asked.map((name) =>
      writeQuery({ id: 7, questions: [{ name, type: 'A' }], ...(edns ? { edns: {} } : {}) }),
    );
  const cookie = { options: [{ code: 10, value: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }] };
  const withCookie = names.cached.map((name) =>
    writeQuery({ id: 7, questions: [{ name, type: 'A' }], edns: cookie }),
  );
  const missed = names.cached.map((name) => `not-cached.${name}`);
  return {
    'parse a query': over(ask(names.cached, true), (message) => view.read(message, message.length)),
    'find subnet and policy': over([client], (source) => selectPolicy(kids, source)),
    'trie, name in a list': over(blocked, (name) => serving.book.lists.match(name, matches)),
    'trie, name in no list': over(cached, (name) => serving.book.lists.match(name, matches)),
    'verdict, blocked': over(blocked, (name) => judge.judge(kids.policy, name)),
    'verdict, nothing said': over(cached, (name) => judge.judge(kids.policy, name)),
    'cache hit': over(cached, (name) => {
      key.name = name;
      if (query.cache.find(key, clock) < 0) throw new Error('not cached');
    }),
    'answer: cached': answer(ask(names.cached, false), isReply),
    'answer: cached, EDNS': answer(ask(names.cached, true), isReply),
    'answer: cached, EDNS and cookie': answer(withCookie, isReply),
    'answer: blocked': answer(ask(names.blocked, false), isReply),
    'answer: blocked, EDNS with its error': answer(ask(names.blocked, true), isReply),
    'answer: local record': answer(ask(['nas.home.arpa'], true), isReply),
    'no answer yet': answer(ask(missed, true), (octets) => octets < 0),
  };
}

function over<T>(items: readonly T[], operate: (item: T) => void): Operation {
  let at = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      const item = items[at];
      if (item !== undefined) operate(item);
      at = at + 1 < items.length ? at + 1 : 0;
    }
  };
}

function toView(text: string): NameView {
  const view = new NameView();
  view.setWire(parseName(text));
  return view;
}
