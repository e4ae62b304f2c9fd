// A problem in a sentence. The rule: what the server says is shown in its own words.
import { LOST, NOT_OURS } from '../api.ts';
import type { Problem } from '../../web/web-routes.ts';
import type { Words } from '../words/words.ts';

/** The server's words, or ours where it did not speak. */
export function problemText(problem: Problem, words: Words): string {
  if (problem.code === LOST) return words.common.lostCall;
  if (problem.code === NOT_OURS) return words.common.notOurs(problem.status);
  return problem.detail;
}
