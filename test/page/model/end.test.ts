import t from 'tap';
import { endText, toEnd } from '../../../src/page/model/end.ts';
import { readEnd } from '../../../src/desk/desk-end.ts';

const DAY_MS = 86_400_000;

t.test('what is chosen is an end for the desk', (t) => {
  t.strictSame(readEnd(endText({ minutes: 45 }) ?? '', DAY_MS), { value: { afterMs: 2_700_000 } });
  t.strictSame(readEnd(endText({ until: '18:05' }) ?? '', DAY_MS), { value: { atMinutes: 1085 } });
  t.end();
});

t.test('a time that is not whole yet is no end', (t) => {
  for (const until of ['', '18', '18:0', 'now']) t.equal(endText({ until }), undefined, until);
  t.end();
});

t.test('an end of an advised command is read back', (t) => {
  t.strictSame(toEnd('45m'), { minutes: 45 });
  t.strictSame(toEnd('2h'), { minutes: 120 });
  t.strictSame(toEnd('until 18:00'), { until: '18:00' });
  for (const text of ['', '45', '45s', 'm', '1e3m', 'soon']) t.equal(toEnd(text), undefined, text);
  t.end();
});
