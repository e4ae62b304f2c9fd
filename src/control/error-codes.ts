// All errors that a request may be answered with, each with its HTTP status. Programs go by the code; the message is for people.

/** The codes, with the status that goes with each. */
export const ERROR_STATUS = {
  /** A parameter is missing, or is not what the route takes. */
  bad_request: 400,
  /** It comes from a page in a browser. */
  from_browser: 403,
  /** The role of who asks may not do it, or no more of it. */
  forbidden: 403,
  /** No route has this method and path. */
  no_such_route: 404,
  /** What is named is not there: a VLAN, a service, an entry. */
  unknown: 404,
  /** What was asked for cannot be done as things are; nothing has changed. */
  refused: 409,
  /** There are as many as may be. */
  full: 409,
  /** A fault of the service's own. */
  internal: 500,
} as const;

/** The code of an error. */
export type ErrorCode = keyof typeof ERROR_STATUS;

/** An error as it is sent. */
export interface ErrorBody {
  readonly code: ErrorCode;
  /** What is wrong and, where there is something, what to do; a sentence for people, which may change. */
  readonly message: string;
}

/** An error with its code: thrown by whoever answers, and again by whoever asked. */
export class ControlError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ControlError';
    this.code = code;
  }
}

/** Whether a text is the code of an error. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_STATUS, code);
}
