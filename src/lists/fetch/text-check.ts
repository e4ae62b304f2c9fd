// Checks while a text arrives whether it can be a list at all: not too large, not empty, not a web page.
import { FetchFault } from './fetch-fault.ts';

/** How much of the text is looked at for markup, in octets. */
const HEAD = 1024;

const MIB = 1024 * 1024;

/** Checks the octets of one text in their order. */
export class TextCheck {
  /** The octets so far. */
  octets = 0;
  readonly #maxOctets: number;
  readonly #isSaidToBeHtml: boolean;
  readonly #head = Buffer.alloc(HEAD);

  /** `contentType` is the header field as it came. */
  constructor(maxOctets: number, contentType: string | undefined) {
    this.#maxOctets = maxOctets;
    this.#isSaidToBeHtml = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType ?? '');
  }

  /** Takes the next octets. Throws a `FetchFault` as soon as the text cannot be a list. */
  take(chunk: Buffer): void {
    const before = this.octets;
    this.octets += chunk.length;
    if (this.octets > this.#maxOctets)
      throw new FetchFault(`the list is larger than ${toSize(this.#maxOctets)}`);
    if (before >= HEAD) return;
    chunk.copy(this.#head, before);
    if (this.octets >= HEAD) this.#refuseHtml();
  }

  /** Ends the text. Throws a `FetchFault` when it cannot be a list. */
  end(): void {
    if (this.octets === 0) throw new FetchFault('the answer is empty');
    if (this.octets < HEAD) this.#refuseHtml();
  }

  #refuseHtml(): void {
    const head = this.#head.toString('latin1', 0, Math.min(this.octets, HEAD));
    if (isHtml(head, this.#isSaidToBeHtml)) throw new FetchFault('the answer is a web page, not a list');
  }
}

/** With a content type of HTML a tag at the start of any line is enough; some servers send that type for every file. */
function isHtml(head: string, isSaidToBeHtml: boolean): boolean {
  return (isSaidToBeHtml && /^[ \t]*<[a-z!/?]/im.test(head)) || isWebPage(head);
}

/**
 * Whether a text that begins so, its octets as characters, is a web page. A page has to begin with a tag, since a list may
 * mention markup in a comment.
 */
export function isWebPage(head: string): boolean {
  // The byte order mark, as the three octets that it is in UTF-8.
  const text = head.replace('\u00ef\u00bb\u00bf', '').trimStart().toLowerCase();
  return text.startsWith('<') && (text.includes('<!doctype html') || text.includes('<html'));
}

function toSize(octets: number): string {
  return octets >= MIB ? `${Math.round(octets / MIB)} MiB` : `${octets} octets`;
}
