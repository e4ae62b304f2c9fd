// The keys of lists.NAME: where a list is read from, and past which bounds an update is held back.

import { FORMAT_NAMES } from '../../blocklists/formats/format-names.ts';
import {
  byShape,
  object,
  oneOrMany,
  optional,
  placed,
  required,
  withDefault,
  withShortForm,
} from '../schema.ts';
import type { ValueOf } from '../schema.ts';
import {
  durationMs,
  fraction,
  listLocation,
  listUrl,
  lookupName,
  path,
  subtreeName,
} from '../values/kinds.ts';
import { choice, integer } from '../values/scalars.ts';

const MAX_REFRESH_MS = 365 * 86_400_000;

const formats = choice(['auto', ...FORMAT_NAMES]);

const source = byShape('a path, an https URL, or { file: or url:, format:, zone: }', {
  scalar: listLocation,
  map: object('a map with file: or url:, and format: and zone: if wanted', {
    file: optional(path, 'A file, from the folder of the configuration unless absolute.'),
    url: optional(listUrl, 'An https URL (http to loopback only).'),
    format: withDefault(formats, 'The format of the source; auto finds out.', 'auto'),
    zone: optional(
      lookupName,
      'The name of the zone that the source is, for rpz where the file does not say it.',
    ),
  }),
});

/** One list. */
export const blocklist = withShortForm(
  object('one or more sources, or a map with sources:', {
    sources: required(
      oneOrMany('one or more paths or https URLs', placed(source), 1),
      'Where the list is read from; the sources add up.',
    ),
    mode: withDefault(
      choice(['enforce', 'observe']),
      'Whether the list is in force, or what it would block is only counted and logged.',
      'enforce',
    ),
    refresh: withDefault(
      durationMs(60_000, MAX_REFRESH_MS),
      'The time between two refreshes, 1m to 365d.',
      '12h',
    ),
    guard: withDefault(
      object('a map with max_shrink:, max_growth:, max_errors: and may_block:', {
        max_shrink: withDefault(
          fraction,
          'The part of its names that the list may lose in one update.',
          '50%',
        ),
        max_growth: withDefault(
          integer(2, 1000),
          'How many times as many names as before the list may have after one update, 2 to 1000; up to 10,000 names it may grow as it likes.',
          10,
        ),
        max_errors: withDefault(fraction, 'The part of its lines that may be errors.', '5%'),
        may_block: withDefault(
          oneOrMany('one or more names such as update.example.org', subtreeName),
          'Names that the list may block although devices need them (config/never-block/names.txt), each with everything below it.',
          [],
        ),
      }),
      'The bounds past which an update is held back and the last good copy kept.',
      {},
    ),
  }),
  'sources',
  ['file', 'url'],
);

/** One list as it is written. */
export type DraftList = NonNullable<ValueOf<typeof blocklist>>;
