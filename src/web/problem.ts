// Errors of the API as RFC 9457 has them. Programs go by `code`; `detail` is for people and may change.
import { ControlError, ERROR_STATUS } from '../control/error-codes.ts';
import { NotRunning } from '../control/control-client.ts';
import { reasonOf } from '../system/system-error.ts';
import type { Problem } from './web-routes.ts';

/** The codes: those of the control socket, and those of HTTP's own. */
export const PROBLEM_STATUS = {
  ...ERROR_STATUS,
  /** Nobody is logged in, or no longer. */
  unauthenticated: 401,
  method_not_allowed: 405,
  too_large: 413,
  unsupported_type: 415,
  /** More than may be asked; Retry-After says when to come again. */
  too_many: 429,
  /** The daemon or the query log cannot be asked now. */
  unavailable: 503,
} as const;

/** The code of a problem. */
export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** What each code is about, for people. */
const TITLES: Readonly<Record<ProblemCode, string>> = {
  bad_request: 'The request is not what this route takes',
  from_browser: 'The request comes from another page',
  forbidden: 'This role may not do that',
  no_such_route: 'There is no such address',
  unknown: 'What is named is not there',
  refused: 'That cannot be done as things are',
  full: 'There are as many as may be',
  internal: 'The service has a fault',
  unauthenticated: 'Nobody is logged in',
  method_not_allowed: 'This address does not take that method',
  too_large: 'The body is too large',
  unsupported_type: 'The body is of another type',
  too_many: 'Too many requests',
  unavailable: 'The service cannot be asked now',
};

/** Whether a text is the code of a problem. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEM_STATUS, text);
}

/** An error of the web server's own. */
export class WebError extends Error {
  readonly code: ProblemCode;
  /** Fields of the header that go with it. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'WebError';
    this.code = code;
    this.fields = fields;
  }
}

/** An error as a reply has it. */
export function toProblem(error: unknown): Problem {
  const code = codeOf(error);
  return {
    type: `/api/v1/problems/${code}`,
    title: TITLES[code],
    status: PROBLEM_STATUS[code],
    detail: reasonOf(error),
    code,
  };
}

/** What a code is about, as a page of its own: where `type` leads. */
export function describeProblem(code: ProblemCode): Pick<Problem, 'type' | 'title' | 'status' | 'code'> {
  return { type: `/api/v1/problems/${code}`, title: TITLES[code], status: PROBLEM_STATUS[code], code };
}

function codeOf(error: unknown): ProblemCode {
  if (error instanceof WebError || error instanceof ControlError) return error.code;
  return error instanceof NotRunning ? 'unavailable' : 'internal';
}
