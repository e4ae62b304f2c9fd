// What is known about a copy, in a small JSON file beside it. Where that is missing or damaged, the list is fetched whole.
import { toPrintable } from '../../system/printable.ts';
import type { Validators } from '../fetch/source-fetch.ts';

/** What is known of a source's last good copy. */
export interface SourceRecord extends Validators {
  readonly url: string;
  /** When the server last gave the copy or said that it is the newest, in milliseconds since 1970. */
  readonly fetchedAtMs: number;
  /** The size of the copy. */
  readonly octets: number;
}

/** The longest validator that is sent back, in characters; servers bound their header fields. */
const MAX_VALIDATOR = 1024;

/** Reads a record; undefined when the text is not the record of this URL. */
export function toSourceRecord(text: string, url: string): SourceRecord | undefined {
  const fields = toFields(text);
  if (fields?.['url'] !== url) return undefined;
  const { fetchedAtMs, octets } = fields;
  if (!isCount(fetchedAtMs) || !isCount(octets)) return undefined;
  const etag = toValidator(fields['etag']);
  return { url, etag, lastModified: toValidator(fields['lastModified']), fetchedAtMs, octets };
}

/** Writes a record as text, readable for people too. */
export function recordToText(record: SourceRecord): string {
  return `${toPrintable(JSON.stringify(record, undefined, 2))}\n`;
}

function toFields(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? { ...value } : undefined;
  } catch {
    // Incomplete or damaged.
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The text of a header field, or undefined for what would make the request fail. */
function toValidator(value: unknown): string | undefined {
  const isSendable =
    typeof value === 'string' && value.length <= MAX_VALIDATOR && /^[\t\x20-\x7e\x80-\xff]+$/.test(value);
  return isSendable ? value : undefined;
}
