// The keys of cache.

import { object, withDefault } from '../schema.ts';
import { cacheSize, durationSeconds } from '../values/kinds.ts';
import { boolean } from '../values/scalars.ts';

/** The answer cache. */
export const cache = object('a map of cache options', {
  size: withDefault(cacheSize, 'Memory for answers, 64KiB to 4GiB.', '32MiB'),
  min_ttl: withDefault(
    durationSeconds(0, 86_400),
    'Shorter TTLs are raised to this, 0s to 1d; a TTL of 0 is never kept.',
    '0s',
  ),
  max_ttl: withDefault(durationSeconds(0, 7 * 86_400), 'Longer TTLs are lowered to this, 0s to 7d.', '1d'),
  negative_ttl: withDefault(
    durationSeconds(0, 86_400),
    'The longest time a negative answer is kept, 0s to 1d (RFC 2308).',
    '15m',
  ),
  serve_stale: withDefault(
    durationSeconds(0, 7 * 86_400),
    'How long past its end an answer may be served when no upstream answers, 0s to 7d; 0s is never (RFC 8767).',
    '1d',
  ),
  prefetch: withDefault(
    boolean,
    'Whether answers that are asked for are fetched anew shortly before their end.',
    true,
  ),
});
