// Addresses for the hosts of lists. What a lookup hands over is checked here, since Node ends the process over an empty
// answer and connects twice when called back twice.
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { reasonOf } from '../../system/system-error.ts';
import { FetchFault } from './fetch-fault.ts';

/** RFC 6761 section 6.3: answered here, no server is asked. */
const LOCALHOST: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** Gives a lookup that calls back once, with good addresses or with a `FetchFault`, whatever `lookup` does. */
export function checkedLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    let isAnswered = false;
    const answer = (found: readonly LookupAddress[] | FetchFault): void => {
      if (isAnswered) return;
      isAnswered = true;
      const [first] = found instanceof FetchFault ? [] : found;
      if (found instanceof FetchFault) callback(found, []);
      else if (first === undefined) callback(new FetchFault(`${hostname} has no address`), []);
      else if (options.all === true) callback(null, [...found]);
      else callback(null, first.address, first.family);
    };
    if (hostname === 'localhost') {
      answer(LOCALHOST);
      return;
    }
    try {
      lookup(hostname, options, (error, addresses, family) => {
        answer(error instanceof Error ? unresolved(hostname, error) : goodAddresses(addresses, family));
      });
    } catch (error) {
      answer(unresolved(hostname, error));
    }
  };
}

function unresolved(hostname: string, error: unknown): FetchFault {
  const why = reasonOf(error);
  return new FetchFault(`${hostname} cannot be resolved: ${why}`, { cause: error });
}

function goodAddresses(found: unknown, family: number | undefined): LookupAddress[] {
  const all: unknown[] = Array.isArray(found) ? found : [{ address: found, family }];
  return all.flatMap((entry) => {
    const address: unknown =
      entry !== null && typeof entry === 'object' && 'address' in entry && entry.address;
    const version = typeof address === 'string' ? isIP(address) : 0;
    return typeof address === 'string' && version !== 0 ? [{ address, family: version }] : [];
  });
}
