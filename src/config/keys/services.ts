// The keys of services.NAME: names of one thing that people use, which policies block or allow by its name.

import { object, oneOrMany, optional, placed, withDefault, withShortForm } from '../schema.ts';
import type { ValueOf } from '../schema.ts';
import { label, nameOf, subtreeName } from '../values/kinds.ts';

/** One service. */
export const service = withShortForm(
  object('one or more names, or a map with names:, and title: and extends: if wanted', {
    names: withDefault(
      oneOrMany('one or more names such as game.example.org', placed(subtreeName)),
      'The names of the service, each with everything below it.',
      [],
    ),
    title: optional(label, 'What people call it; its name unless written.'),
    extends: withDefault(
      oneOrMany('one or more services such as tiktok', placed(nameOf('a service'))),
      'Services that come with the program and whose names this one has too.',
      [],
    ),
  }),
  'names',
);

/** One service as it is written. */
export type DraftService = NonNullable<ValueOf<typeof service>>;
