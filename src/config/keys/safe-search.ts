// The keys of policies.NAME.safe_search: which search engines show strict results only.

import { byShape, object, optional } from '../schema.ts';
import { boolean, choice } from '../values/scalars.ts';

/** The engines that are on or off. */
export const ENGINES = [
  'google',
  'bing',
  'duckduckgo',
  'pixabay',
  'ecosia',
  'yandex',
  'brave',
  'qwant',
  'startpage',
] as const;

const engine = (title: string): ReturnType<typeof optional<boolean>> =>
  optional(boolean, `Whether ${title} shows strict results only.`);

/** `true` means every engine; YouTube is told apart, since its restricted mode hides more than most families want. */
export const safeSearch = byShape('true, false, or a map such as { google: true, youtube: moderate }', {
  scalar: boolean,
  map: object('a map such as { google: true, youtube: moderate }', {
    google: engine('Google, with all its country domains,'),
    bing: engine('Bing'),
    duckduckgo: engine('DuckDuckGo'),
    pixabay: engine('Pixabay'),
    ecosia: engine('Ecosia'),
    yandex: engine('Yandex'),
    brave: engine('Brave Search'),
    qwant: engine('Qwant'),
    startpage: engine('Startpage'),
    youtube: optional(
      choice(['strict', 'moderate', 'off']),
      'How much YouTube hides in its restricted mode.',
    ),
  }),
});
