// The kinds of values that keys of the configuration have: each with its grammar and its range.

import { toType } from '../../dns/numbers.ts';
import { DURATION, durationToText, readDurationMs } from './duration.ts';
import { meantAnswer } from '../grammar/answer-word.ts';
import { readEndpoint } from '../grammar/endpoint.ts';
import { readListLocation, readListUrl } from '../grammar/list-location.ts';
import { readRule } from '../grammar/rule-text.ts';
import { readLookupName, readSubtree } from '../grammar/subtree.ts';
import { readUpstreamServer } from '../grammar/upstream-server.ts';
import { readPrefix, toAddress } from '../../addresses/prefix-text.ts';
import type { Prefix } from '../../addresses/prefix.ts';
import { MOMENT_FORM, toMoment } from '../../schedules/moment.ts';
import { readMac } from '../../addresses/mac.ts';
import { choice, integer, matching, quantity, text } from './scalars.ts';
import type { TextReading } from './scalars.ts';
import { byShape, object, optional } from '../schema.ts';
import type { Schema } from '../schema.ts';
import { PERCENT, readFraction, readSizeOctets, SIZE, sizeToText } from './size.ts';

const MAX_COUNT = 1_000_000;
const MIN_CACHE_OCTETS = 64 * 1024;
const MAX_CACHE_OCTETS = 4 * 1024 ** 3;

/** A reference to something that the file names. */
export const nameOf = (what: string): Schema<string> =>
  matching(`the name of ${what} (a-z, 0-9, "_" and "-")`, /^[a-z0-9_-]{1,63}$/);

/** A path, absolute or relative to the configuration's folder. */
export const path = text(
  'a path',
  (value) => (value === '' ? { fault: 'is empty; write a path' } : { value }),
  { minLength: 1 },
);

/** A short text for people, without spaces at its ends. */
export const label = matching('a text of 1 to 64 characters', /^\S(.{0,62}\S)?$/);

/** A port number. */
export const port = integer(1, 65_535);

/** A number of queries or connections; 0 stands for no limit. */
export const count = integer(0, MAX_COUNT);

/** A prefix, or an address as a prefix of its own. */
export const prefix = text('an address or a prefix such as 192.0.2.0/24', readPrefix);

/** A hardware address of a device, lower case with colons. */
export const mac = text('a hardware address such as 00:00:5e:00:53:01', readMac);

/** The prefixes that the interface has, by their word, or one prefix. */
export const ownSubnets = text(
  'interface, or a list of prefixes such as [192.0.2.0/24]',
  (value): TextReading<'interface' | Prefix> => {
    if (value === 'interface') return { value };
    const reading = readPrefix(value);
    // Another word is more likely a misspelt `interface` than a prefix.
    if (!('fault' in reading) || /[\d:]/.test(value)) return reading;
    const advice = 'write interface, or a list of prefixes such as [192.0.2.0/24]';
    return { fault: `${JSON.stringify(value)} will not do; ${advice}` };
  },
);

/** A name that stands for itself and everything below it. */
export const subtreeName = text('a name such as example.org', readSubtree);

/** A name that is looked up. */
export const lookupName = text('a name such as example.org', readLookupName);

/** The name of a network interface: at most 15 characters, as in the kernels. */
export const interfaceName = matching(
  'the name of an interface such as em0',
  /^[A-Za-z][A-Za-z0-9_.-]{0,14}$/,
);

/** The name of a user of the system. */
export const userName = matching('the name of a user such as _vlandns', /^[a-z_][a-z0-9_-]{0,30}$/);

/** The name of a group of the system. */
export const groupName = matching('the name of a group such as family', /^[a-z_][a-z0-9_-]{0,30}$/);

/** One local record, read in full by the part that serves it. */
export const recordText = matching('a record such as "nas.home.arpa. 300 A 192.0.2.10"', /^\S+\s+\S.*$/);

/** A moment, which has to be worked out in a zone. */
export const momentText = text(
  MOMENT_FORM,
  (value) => {
    const moment = toMoment(value);
    return moment === undefined
      ? { fault: `${JSON.stringify(value)} is not a moment; write ${MOMENT_FORM.replace('a moment', 'one')}` }
      : { value: moment };
  },
  { minLength: 5 },
);

/** A duration from `leastMs` to `mostMs`, in milliseconds. */
export function durationMs(leastMs: number, mostMs: number): Schema<number> {
  return quantity(
    'a duration such as 30s, 5m, 12h or 7d',
    (value) => within(readDurationMs(value), leastMs, mostMs, durationToText),
    DURATION,
  );
}

/** A duration in whole seconds, which are the unit of a TTL. */
export function durationSeconds(leastSeconds: number, mostSeconds: number): Schema<number> {
  return quantity(
    'a duration such as 30s, 5m, 12h or 7d',
    (value) => {
      const reading = within(readDurationMs(value), leastSeconds * 1000, mostSeconds * 1000, durationToText);
      if ('fault' in reading) return reading;
      if (reading.value % 1000 === 0) return { value: reading.value / 1000 };
      const rounded = Math.ceil(reading.value / 1000);
      return { fault: `${value} is not a whole number of seconds; write ${rounded}s` };
    },
    DURATION,
  );
}

/** A part of a whole, written as a percentage, 0..1. */
export const fraction = quantity('a percentage such as 50%', readFraction, PERCENT);

/** A size from `least` to `most` octets. */
export function sizeBetween(least: number, most: number): Schema<number> {
  return quantity(
    'a size such as 512KiB or 64MiB',
    (value) => within(readSizeOctets(value), least, most, sizeToText),
    SIZE,
  );
}

/** Memory for the answer cache, in octets. */
export const cacheSize = sizeBetween(MIN_CACHE_OCTETS, MAX_CACHE_OCTETS);

function within(
  reading: TextReading<number>,
  least: number,
  most: number,
  toText: (value: number) => string,
): TextReading<number> {
  if ('fault' in reading || (reading.value >= least && reading.value <= most)) return reading;
  return { fault: `${toText(reading.value)} is out of range; write ${toText(least)} to ${toText(most)}` };
}

/** An IPv4 address, in canonical form. */
const ipv4Address = addressOf('an IPv4 address such as 192.0.2.1', (address) => !address.includes(':'));

/** An IPv6 address, in canonical form. */
const ipv6Address = addressOf('an IPv6 address such as "2001:db8::1"', (address) => address.includes(':'));

/** What is answered for a blocked name. */
export const blockedAnswer = byShape(
  'one of nxdomain, nodata, zero, refused, or { ipv4: ADDRESS, ipv6: ADDRESS }',
  {
    scalar: choice(['nxdomain', 'nodata', 'zero', 'refused'], meantAnswer),
    map: object('{ ipv4: ADDRESS, ipv6: ADDRESS }', {
      ipv4: optional(ipv4Address, 'The address answered to A queries.'),
      ipv6: optional(ipv6Address, 'The address answered to AAAA queries.'),
    }),
  },
);

/** An address of either family, in canonical form. */
export const anyAddress = addressOf('an address such as 192.0.2.7 or "2001:db8::7"', () => true);

function addressOf(expects: string, isWanted: (address: string) => boolean): Schema<string> {
  return text(expects, (value) => {
    const canonical = toAddress(value);
    if (canonical !== undefined && isWanted(canonical)) return { value: canonical };
    return { fault: `${JSON.stringify(value)} will not do; write ${expects}` };
  });
}

/** An address to bind, with or without a port; never a wildcard. */
export const listenAddress = text('an address with or without a port, such as 127.0.0.1:5340', (value) => {
  const reading = readEndpoint(value);
  if ('fault' in reading || !/^(0\.0\.0\.0|::)$/.test(reading.value.address)) return reading;
  const advice = "write the VLAN's own address, or interface: in place of listen:";
  return {
    fault: `${reading.value.address} is every address, and no VLAN is served by a wildcard socket; ${advice}`,
  };
});

/** An address with a port to answer HTTP on; never a wildcard. */
export const metricsListen = text('an address with a port such as 127.0.0.1:9153', (value) => {
  const reading = readEndpoint(value);
  if ('fault' in reading) return reading;
  const { address, port: written } = reading.value;
  if (/^(0\.0\.0\.0|::)$/.test(address))
    return { fault: `${address} is every address, clients' among them; write one, such as 127.0.0.1:9153` };
  if (written === undefined)
    return { fault: `${JSON.stringify(value)} has no port; write one, such as 127.0.0.1:9153` };
  return { value: { address, port: written } };
});

/** A record type by name or as TYPE123 (RFC 3597), in capitals. */
export const recordType = text('a record type such as A, AAAA, HTTPS or TYPE65', (value) =>
  toType(value) === undefined
    ? { fault: `${JSON.stringify(value)} is not a record type; write one such as A, AAAA, HTTPS or TYPE65` }
    : { value: value.toUpperCase() },
);

/** A house rule as written, and in the canonical form that tells equal rules. */
export const rule = text('a rule such as example.org, "*.example.org" or "/^ad[0-9]+/"', (value) => {
  const reading = readRule(value);
  return 'fault' in reading ? reading : { value: { text: value, canonical: reading.value } };
});

/** A source of a list in short: a path or a URL. */
export const listLocation = text('a path or an https URL', readListLocation);

/** A URL that a list may be fetched from. */
export const listUrl = text('an https URL', readListUrl);

/** One server of an upstream set, with its text. */
export const upstreamServer = text(
  'a server such as 192.0.2.53, "tls://192.0.2.53#dns.example" or system',
  (value) => {
    const reading = readUpstreamServer(value);
    return 'fault' in reading ? reading : { value: { ...reading.value, text: value } };
  },
);
