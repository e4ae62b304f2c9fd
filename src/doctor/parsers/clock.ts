// Evidence about the clock: date(1), `ntpctl -s status`, `chronyc tracking`, `uname -v` of Debian's kernels, and the newest
// file of vlandns that collect/clock.ts found.

import type { Fact } from '../facts/evidence.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote } from '../facts/lines.ts';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
// `date` in the C locale: Mon Nov 23 01:46:30 UTC 2026
const PLAIN = /^\w{3} (\w{3}) +(\d+) (\d\d:\d\d:\d\d) (\S+) (\d{4})$/;

/** Reads the date and the doubts about it. */
export function parseClock(source: SourceText): Fact[] {
  return linesOf(source).flatMap(toFact);
}

function toFact(line: Quote): Fact[] {
  const at = quote(line);
  const ms = toMs(at.text);
  if (ms !== undefined) return [{ kind: 'clock', ms, at }];
  const seconds = offsetOf(at.text);
  const offset: Fact[] = seconds === undefined ? [] : [{ kind: 'clock offset', seconds, at }];
  if (/\bclock unsynced\b/.test(at.text)) return [...offset, { kind: 'clock doubt', at }];
  if (offset.length > 0) return offset;
  // #1 SMP PREEMPT_DYNAMIC Debian 6.1.90-1 (2024-05-03)
  const built = /^#\d+ .*\((\d{4}-\d\d-\d\d)\)$/.exec(at.text)?.[1];
  const file = /^file (\S+) of /.exec(at.text)?.[1];
  const madeMs = Date.parse(built ?? file ?? '');
  return Number.isNaN(madeMs) ? [] : [{ kind: 'made', ms: madeMs, at }];
}

// ntpd(8) prints its constraints' time minus ours; chronyd says `fast` or `slow`.
function offsetOf(text: string): number | undefined {
  const constraint = /\bconstraint offset (-?\d+)s\b/.exec(text)?.[1];
  if (constraint !== undefined) return -Number(constraint);
  const [, seconds, way] = /^System time +: ([\d.]+) seconds (fast|slow) of NTP time$/.exec(text) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * (way === 'fast' ? 1 : -1);
}

function toMs(text: string): number | undefined {
  const [, month, day, time, zone = '', year] = PLAIN.exec(text) ?? [];
  // A zone that JavaScript does not know (CEST) is read as UTC: half a day does not matter here.
  const zoned = ['UTC', 'GMT'].includes(zone) ? zone : 'UTC';
  const ms = Date.parse(
    ISO.test(text) ? text : month === undefined ? '' : `${month} ${day} ${year} ${time} ${zoned}`,
  );
  return Number.isNaN(ms) ? undefined : ms;
}
