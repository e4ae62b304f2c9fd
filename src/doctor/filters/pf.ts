// What pf(4) does with a client's query, judged from `pfctl -sr`: the last rule that matches wins, one with `quick` at once.
// What cannot be judged here (tables, anchors, users, tags) makes the verdict unsure, never certain.

import type { Prefix } from '../../addresses/prefix.ts';
import { readPrefix, toNetwork } from '../../addresses/prefix-text.ts';
import { isInside, isOverlapping } from '../../addresses/prefix.ts';
import type { LinkFact } from '../facts/machine-facts.ts';
import type { PfRuleFact, PfSkipFact } from '../facts/service-facts.ts';

/** A query as pf(4) sees it come in. */
export interface PfQuery {
  readonly link: LinkFact;
  readonly transport: 'udp' | 'tcp';
  /** Where clients may be. */
  readonly from: readonly Prefix[];
  readonly to: string;
  readonly port: number;
}

/** What becomes of it. */
export interface PfVerdict {
  readonly action: 'pass' | 'block';
  /** The rule that decides; undefined where none matches, which passes. */
  readonly rule: PfRuleFact | undefined;
  /** Where the deciding rule, or a `match` before it, sends it instead. */
  readonly redirect: { readonly to: string; readonly rule: PfRuleFact } | undefined;
  /** Every rule after the deciding one could be judged. */
  readonly isSure: boolean;
}

type Match = 'yes' | 'no' | 'maybe';

/** The interface that packets for a VLAN come in on; for a carp(4), the interface below it. */
export function packetsOn(link: LinkFact, links: readonly LinkFact[]): LinkFact | undefined {
  return link.driver === 'carp' ? links.find(({ name }) => name === link.parent) : link;
}

/** Says whether pf(4) leaves an interface alone; a macro may stand for it. */
export function mayBeSkipped({ name, driver, groups }: LinkFact, skips: readonly PfSkipFact[]): boolean {
  const own = [name, driver, ...groups];
  return skips.some(({ names }) => names.some((one) => one.startsWith('$') || own.includes(one)));
}

/** Judges a query. */
export function judgePf(query: PfQuery, rules: readonly PfRuleFact[], links: readonly LinkFact[]): PfVerdict {
  let decided: PfRuleFact | undefined;
  let redirect: PfVerdict['redirect'];
  let isSure = true;
  let mayEndEarlier = false;
  for (const rule of rules) {
    const matches = matchRule(rule, query, links);
    if (matches === 'no') continue;
    if (matches === 'maybe') {
      isSure = false;
      mayEndEarlier ||= isQuick(rule);
      continue;
    }
    const to = sentBy(rule);
    if (to !== undefined) redirect = { to, rule };
    else if (!rule.text.startsWith('match')) redirect = isOfMatch(redirect) ? redirect : undefined;
    if (rule.text.startsWith('match')) continue;
    decided = rule;
    isSure = !mayEndEarlier;
    if (isQuick(rule)) break;
  }
  return {
    action: decided?.text.startsWith('block') === true ? 'block' : 'pass',
    rule: decided,
    redirect,
    isSure,
  };
}

// `rdr-to` and `divert-to` name a listener, `route-to` another machine. With several, or a table, which one is not known.
function sentBy({ text }: PfRuleFact): string | undefined {
  return (
    /\b(?:rdr|divert)-to ([^\s{<]\S*(?: port (?:= )?\S+)?)/.exec(text)?.[1] ??
    /\broute-to ([^\s{<]\S*)/.exec(text)?.[1]
  );
}

function isQuick({ text }: PfRuleFact): boolean {
  return / quick\b/.test(text);
}

// The redirection of a `match` rule stays with the packet; that of a `pass` rule counts only if the rule decides.
function isOfMatch(redirect: PfVerdict['redirect']): boolean {
  return redirect?.rule.text.startsWith('match') === true;
}

/** Conditions that depend on what is not known here. */
const BEYOND =
  /\b(?:user|group|tagged|probability|received-on|os|label-match|icmp-type|once|divert-packet|max-pkt-rate)\b|^anchor /;

/** What may follow the addresses of a rule. */
const BEHIND =
  'flags|keep|modulate|synproxy|no state|user|group|tag|tagged|label|rdr-to|route-to|reply-to|dup-to|nat-to|af-to|binat-to|set|prio|tos|allow-opts|rtable|queue|max|divert|received-on|icmp|once';
const ADDRESSES = new RegExp(` from (.+?) to (.+?)(?: (?:${BEHIND})\\b.*)?$`);

function matchRule(
  { text, isInside: isNested }: PfRuleFact,
  query: PfQuery,
  links: readonly LinkFact[],
): Match {
  if (isOtherKind(text, query)) return 'no';
  const { to, port, from, link } = query;
  const spec = ADDRESSES.exec(text);
  const parts = [
    matchInterface(/ on (! )?(\S+)/.exec(text), link),
    spec === null ? 'yes' : matchSource(spec[1] ?? '', from, links),
    spec === null ? 'yes' : matchTarget(spec[2] ?? '', to, port, links),
    isNested || BEYOND.test(text) ? 'maybe' : 'yes',
  ] as const;
  return parts.includes('no') ? 'no' : parts.includes('maybe') ? 'maybe' : 'yes';
}

// The rule is for outgoing packets, for the other family, or for another protocol.
function isOtherKind(text: string, { to, transport }: PfQuery): boolean {
  if (/^\w+(?: \w+)? out\b/.test(text)) return true;
  const family = / (inet6?) /.exec(`${text} `)?.[1];
  const protocol = / proto (\S+)/.exec(text)?.[1];
  const own = to.includes(':') ? 'inet6' : 'inet';
  return (family !== undefined && family !== own) || (protocol !== undefined && protocol !== transport);
}

function matchInterface(found: RegExpExecArray | null, { name, driver, groups }: LinkFact): Match {
  if (found === null) return 'yes';
  const wanted = found[2] ?? '';
  const isIt = wanted === name || wanted === driver || wanted === 'any' || groups.includes(wanted);
  return isIt === (found[1] === undefined) ? 'yes' : 'no';
}

// "any", "any port = 68", "192.168.40.0/24": clients have any port.
function matchSource(text: string, clients: readonly Prefix[], links: readonly LinkFact[]): Match {
  const [, negated, host = ''] = /^(! )?(\S+)/.exec(text) ?? [];
  if (/ port /.test(text)) return 'maybe';
  if (host === 'any' || host === 'all') return 'yes';
  const networks = toPrefixes(host, links);
  if (networks === undefined || clients.length === 0) return 'maybe';
  const inside = clients.every((client) => networks.some((network) => isInside(client, network)));
  const apart = clients.every((client) => !networks.some((network) => isOverlapping(client, network)));
  if (!inside && !apart) return 'maybe';
  return inside === (negated === undefined) ? 'yes' : 'no';
}

function matchTarget(text: string, address: string, port: number, links: readonly LinkFact[]): Match {
  const [, negated, host = '', ports] = /^(! )?(\S+)(?: port (.+))?$/.exec(text) ?? [];
  const byPort = ports === undefined ? 'yes' : matchPort(ports, port);
  if (byPort === 'no') return 'no';
  if (host === 'any') return byPort;
  const own = readPrefix(address);
  const networks = toPrefixes(host, links);
  if (networks === undefined || !('value' in own)) return 'maybe';
  const isIt = networks.some((network) => isInside(own.value, network));
  return isIt === (negated === undefined) ? byPort : 'no';
}

// "= 53", "= domain", "53", "!= 53", "1024:65535", "> 1023", "1 >< 100"
function matchPort(text: string, port: number): Match {
  const [, operator = '=', written = ''] = /^(?:(=|!=|<|>|<=|>=) )?(\S+)$/.exec(text.trim()) ?? [];
  const [first = NaN, last = first] = written.split(':').map((one) => (one === 'domain' ? 53 : Number(one)));
  if (Number.isNaN(first)) return 'maybe';
  const holds = {
    '=': first <= port && port <= last,
    '!=': port !== first,
    '<': port < first,
    '>': port > first,
    '<=': port <= first,
    '>=': port >= first,
  }[operator];
  return holds === undefined ? 'maybe' : holds ? 'yes' : 'no';
}

// An address, a network, or the addresses of an interface or a group: (em0), (em0:0), (em0:network), (egress). Tables are not
// known.
function toPrefixes(host: string, links: readonly LinkFact[]): Prefix[] | undefined {
  const reading = readPrefix(host);
  if ('value' in reading) return [reading.value];
  const [, group, part] = /^\(?([a-z]+\d*)(?::(\w+))?\)?$/.exec(host) ?? [];
  const found = links.filter(
    (one) => one.name === group || (group !== undefined && one.groups.includes(group)),
  );
  if (found.length === 0) return undefined;
  return found
    .flatMap(({ addresses }) => addresses)
    .flatMap(({ address, prefixLength, family }) => {
      const whole = part === 'network' ? prefixLength : family === 4 ? 32 : 128;
      return toNetwork(address.replace(/%.*$/, ''), whole) ?? [];
    });
}
