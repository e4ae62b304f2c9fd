// Converts patterns with `*` and open ends, as in adblock syntax and dnsmasq, to regular expressions.

/** Fewer characters, dots and stars not counted, would match far too many names where the name's beginning is open. */
const FEWEST_CHARACTERS = 3;

/** A pattern without its anchors. */
export interface Glob {
  readonly body: string;
  /** Where it has to begin: at the name's first octet, at a label's, or anywhere. */
  readonly start: 'name' | 'label' | 'anywhere';
  /** Whether the name has to end with it. */
  readonly isClosed: boolean;
}

/** Gives the expression, `/…/`, or undefined where the pattern is not one of names or matches too many. */
export function toExpression({ body, start, isClosed }: Glob): string | undefined {
  const text = body.toLowerCase();
  if (!/^[a-z0-9._*-]+$/.test(text)) return undefined;
  const characters = text.replace(/[.*]/g, '').length;
  if (characters < (start === 'name' ? 1 : FEWEST_CHARACTERS)) return undefined;
  const inner = text.replaceAll('.', '\\.').replace(/\*+/g, '.*');
  const head = { name: '^', label: '(^|\\.)', anywhere: '' }[start];
  return `/${head}${inner}${isClosed ? '$' : ''}/`;
}
