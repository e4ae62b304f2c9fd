// Whether a query is one that a filter means: for those who follow the log, and for tests of stores.
import type { HistoryFilter, LoggedQuery } from '../querylog/history.ts';

/** Gives whether queries are meant: all that every key says. */
export function wantedBy(filter: HistoryFilter): (query: LoggedQuery) => boolean {
  const { client, name, blocked, sinceMs = -Infinity, untilMs = Infinity } = filter;
  const isName = nameTest(name);
  const isVlan = vlanTest(filter);
  return (query) =>
    isVlan(query.vlan) &&
    (client === undefined || isClient(query, client)) &&
    (blocked === undefined || query.blocked === blocked) &&
    query.unixMs >= sinceMs &&
    query.unixMs < untilMs &&
    isName(query.name);
}

/** Whether a VLAN's queries are meant: the one that is asked for, where whoever asks may know of it. */
export function vlanTest({
  vlan,
  within,
}: Pick<HistoryFilter, 'vlan' | 'within'>): (vlan: string) => boolean {
  if (within === undefined) return vlan === undefined ? () => true : (name) => name === vlan;
  const meant = new Set(within.filter((name) => vlan === undefined || name === vlan));
  return (name) => meant.has(name);
}

function isClient({ client }: LoggedQuery, who: string): boolean {
  return client !== undefined && [client.address, client.name, client.mac].includes(who);
}

/** Whether names are meant: one and all below it; with stars, whatever has the parts between them in their order; undefined: all. */
export function nameTest(text: string | undefined): (name: string) => boolean {
  if (text === undefined) return () => true;
  const wanted = text.toLowerCase().replace(/(?<=.)\.$/, '');
  if (!wanted.includes('*'))
    return wanted === '.' ? () => true : (name) => name === wanted || name.endsWith(`.${wanted}`);
  const [first = '', ...others] = wanted.split('*');
  const last = others.pop() ?? '';
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    for (const part of others) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at + last.length <= name.length;
  };
}
