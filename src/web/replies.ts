// Replies as HTTP has them: of the API, of its errors, and of the files of the page. The rule: each says what a browser may do with it, and what is
// about somebody's house is kept nowhere on the way.
import type { ApiReply } from './api/api-call.ts';
import { toProblem, WebError } from './problem.ts';
import { codingFor } from './static-files.ts';
import type { StaticFile } from './static-files.ts';

/** On every reply: what a browser may do with it. */
export const FIELDS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

export const JSON_TYPE = { 'content-type': 'application/json' };
const PROBLEM_TYPE = { 'content-type': 'application/problem+json' };
/** What is about somebody's house is kept nowhere on the way. */
const UNKEPT = { 'cache-control': 'no-store' };

/** What a call is answered with, as HTTP has it. */
export function toResponse({ json, text, stream, fields = {} }: ApiReply): Response {
  const headers = { ...FIELDS, ...UNKEPT, ...JSON_TYPE, ...fields };
  if (stream !== undefined) return new Response(stream, { headers });
  const body = text ?? (json === undefined ? undefined : JSON.stringify(json));
  if (body !== undefined) return new Response(body, { headers });
  return new Response(null, { status: 204, headers: { ...FIELDS, ...UNKEPT, ...fields } });
}

/** An error, as RFC 9457 has it. */
export function problemReply(error: unknown): Response {
  const problem = toProblem(error);
  const fields = error instanceof WebError ? error.fields : {};
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...FIELDS, ...UNKEPT, ...PROBLEM_TYPE, ...fields },
  });
}

/** A file, as small as the client takes it; 304 where it has it. */
export function fileReply(file: StaticFile | undefined, asked: Headers): Response {
  if (file === undefined)
    return problemReply(new WebError('no_such_route', 'there is nothing here; the page is at /'));
  const { type, isImmutable, etag, bytes } = file;
  const coding = codingFor(asked.get('accept-encoding') ?? undefined);
  const headers: Record<string, string> = {
    ...FIELDS,
    'content-type': type,
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    // Of each coding its own (RFC 9110 section 8.8.3.3).
    etag: coding === 'identity' ? etag : etag.replace(/"$/, `-${coding}"`),
  };
  if (hasTag(asked.get('if-none-match'), headers['etag']))
    return new Response(null, { status: 304, headers });
  if (coding !== 'identity') headers['content-encoding'] = coding;
  return new Response(bytes[coding], { headers });
}

/** Whether a list of tags has this one; a proxy may have made it weak (RFC 9110 section 13.1.2). */
function hasTag(list: string | null, etag: string | undefined): boolean {
  return list !== null && list.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
