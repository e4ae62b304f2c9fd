// The body of a request: JSON, and no more of it than anybody needs.
import { WebError } from '../problem.ts';

/** The most octets of a body. */
const MOST_BODY_OCTETS = 64 * 1024;

/** The value of a body; throws a WebError. The listener ends bodies that take too long. */
export async function readBody(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  // With this type a browser asks first whether another page may send it, and is told no.
  if (!/^application\/json *(;|$)/i.test(type))
    throw new WebError(
      'unsupported_type',
      'the body is not application/json; send content-type: application/json',
      {
        accept: 'application/json',
      },
    );
  const text = await readText(request);
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new WebError('bad_request', 'the body is no JSON');
  }
}

async function readText(request: Request): Promise<string> {
  const tooLarge = (): WebError =>
    new WebError('too_large', `the body has more than ${MOST_BODY_OCTETS} octets`, { connection: 'close' });
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BODY_OCTETS) throw tooLarge();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let octets = 0;
  let text = '';
  try {
    for await (const chunk of request.body ?? []) {
      octets += chunk.byteLength;
      if (octets > MOST_BODY_OCTETS) throw tooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    throw error instanceof WebError
      ? error
      : new WebError('bad_request', 'the body is no UTF-8, or ended early');
  }
}
