// The keys of one schedule of a policy: when, and what is blocked then.

import { byShape, object, oneOrMany, placed, required, withDefault } from '../schema.ts';
import type { Schema } from '../schema.ts';
import { date, timeOfDay, weekdays } from '../values/clock-time.ts';
import { label } from '../values/kinds.ts';
import { choice } from '../values/scalars.ts';

/** One schedule; `side` is what a policy may block. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type is that of the keys
export function scheduleOf<S>(side: Schema<S>) {
  return object('a schedule such as { name: bedtime, from: "21:00", to: "06:30", block: everything }', {
    name: required(label, 'What it is called, in status, explain and answers.'),
    days: withDefault(
      oneOrMany('one or more days such as [mon, tue]', weekdays, 1),
      'The days that it begins on: mon to sun; weekdays, weekend and daily stand for several.',
      'daily',
    ),
    from: required(timeOfDay, 'When it begins, on the clock of server.time_zone.'),
    to: required(
      timeOfDay,
      'When it ends: on the next day unless that is after from, so that the same time makes 24 hours.',
    ),
    block: required(
      byShape('everything, or a map with lists: and rules:', { scalar: choice(['everything']), map: side }),
      'What it blocks beside what the policy does: everything that no rule of the policy allows, or lists and rules.',
    ),
    except: withDefault(
      oneOrMany('one or more dates such as "2026-12-24"', placed(date)),
      'The dates that it does not begin on.',
      [],
    ),
  });
}
