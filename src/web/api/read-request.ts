// What a request asks, read by the description of its route: from a query string, or from a JSON object. The rule: what is not a key of the
// route is an error, so that nobody believes a filter to hold that was spelt wrong.
import { nearest } from '../../config/values/nearest.ts';
import type { ApiDescription, KeySchema } from '../../packaged/api-description.ts';
import { WebError } from '../problem.ts';

/** Reads what a route takes. */
export interface RequestReader {
  /** From a query string; throws a WebError `bad_request`. */
  fromQuery(query: URLSearchParams): Record<string, unknown>;
  /** From the value of a body. */
  fromBody(body: unknown): Record<string, unknown>;
}

/** The reader of a route such as `POST /grant`. */
export function requestReader({ paths }: ApiDescription, route: string): RequestReader {
  const [method = '', path = ''] = route.split(' ');
  const operation = paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`config/openapi.json has no ${route}; write: npm run openapi`);
  const { parameters = [], requestBody } = operation;
  const body = requestBody?.content['application/json'].schema;
  const keys = new Map<string, KeySchema>(
    body === undefined
      ? parameters.map(({ name, schema }) => [name, schema])
      : Object.entries(body.properties),
  );
  const required =
    body === undefined
      ? parameters.flatMap(({ name, required: isRequired }) => (isRequired ? [name] : []))
      : (body.required ?? []);
  const finish = (asked: Record<string, unknown>): Record<string, unknown> => {
    for (const key of required) if (asked[key] === undefined) throw bad(`${key} is missing`);
    return asked;
  };
  return {
    fromQuery(query) {
      const asked: Record<string, unknown> = {};
      for (const key of new Set(query.keys())) {
        const schema = schemaOf(keys, key);
        const values = query.getAll(key);
        if (schema.type !== 'array' && values.length > 1) throw bad(`${key} is there ${values.length} times`);
        asked[key] = schema.type === 'array' ? values : fromText(key, values[0] ?? '', schema);
      }
      return finish(asked);
    },
    fromBody(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw bad('the body is not a JSON object such as { "who": "kids" }');
      const asked: Record<string, unknown> = {};
      for (const [key, given] of Object.entries(value)) {
        const schema = schemaOf(keys, key);
        if (!isOf(given, schema)) throw bad(`${key} is not ${nameOf(schema)}`);
        asked[key] = given;
      }
      return finish(asked);
    },
  };
}

function schemaOf(keys: ReadonlyMap<string, KeySchema>, key: string): KeySchema {
  const schema = keys.get(key);
  if (schema !== undefined) return schema;
  const meant = nearest(key, [...keys.keys()]);
  const known = keys.size === 0 ? 'it takes none' : `there are ${[...keys.keys()].join(', ')}`;
  throw bad(
    `there is no key ${JSON.stringify(key)}; ${meant === undefined ? known : `did you mean ${meant}?`}`,
  );
}

function fromText(key: string, text: string, schema: KeySchema): unknown {
  if (schema.type === 'number') {
    const number = Number(text);
    if (text !== '' && Number.isFinite(number)) return number;
  } else if (schema.type === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true';
  } else if (isOf(text, schema)) return text;
  throw bad(`${key} is not ${nameOf(schema)}`);
}

function isOf(value: unknown, { type, enum: words, const: word }: KeySchema): boolean {
  if (word !== undefined) return value === word;
  if (type === 'array') return Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (typeof value !== type) return false;
  return words === undefined || (typeof value === 'string' && words.includes(value));
}

function nameOf({ type, enum: words, const: word }: KeySchema): string {
  if (word !== undefined) return word;
  if (words !== undefined) return `one of ${words.join(', ')}`;
  if (type === 'array') return 'an array of strings';
  return `a ${type}`;
}

function bad(message: string): WebError {
  return new WebError('bad_request', message);
}
