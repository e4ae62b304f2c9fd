// Names between wire form and presentation form (RFC 1035 section 5.1, RFC 4343), U-labels to A-labels
// (RFC 5891). For configuration, logs and commands; never on the path of a query.
import { domainToASCII } from 'node:url';
import { FOLD_CASE, MAX_LABEL_OCTETS, MAX_NAME_OCTETS } from './name-view.ts';

/**
 * The lower-cased wire form of a name in presentation form; a trailing dot is ignored, "." is the root,
 * \. and \DDD are read as in zone files. Throws an Error that says what is wrong with it.
 */
export function parseName(text: string): Uint8Array {
  if (text === '') throw new Error('a name is empty; write "." for the root');
  if (text === '.') return Uint8Array.of(0);
  const labels = splitLabels(toAscii(text));
  // The empty part after a trailing dot.
  if (labels.at(-1)?.length === 0) labels.pop();
  const octets: number[] = [];
  for (const label of labels) {
    if (label.length === 0)
      throw new Error(`"${text}" has an empty label (two dots in a row, or a leading dot)`);
    if (label.length > MAX_LABEL_OCTETS)
      throw new Error(`a label of "${text}" has ${label.length} octets; the most is ${MAX_LABEL_OCTETS}`);
    octets.push(label.length, ...label.map((octet) => FOLD_CASE[octet] ?? octet));
  }
  octets.push(0);
  if (octets.length > MAX_NAME_OCTETS)
    throw new Error(`"${text}" is too long: ${octets.length} octets; the most is ${MAX_NAME_OCTETS}`);
  return Uint8Array.from(octets);
}

/** Presentation form of the wire name at offset (uncompressed), without the trailing dot; "." for the root. */
export function nameToText(wire: Uint8Array, offset = 0): string {
  const labels: string[] = [];
  let at = offset;
  for (;;) {
    const octets = wire[at];
    if (octets === undefined || octets === 0) break;
    labels.push(labelToText(wire.subarray(at + 1, at + 1 + octets)));
    at += octets + 1;
  }
  return labels.length === 0 ? '.' : labels.join('.');
}

function labelToText(label: Uint8Array): string {
  let text = '';
  for (const octet of label) {
    if (octet === 0x2e || octet === 0x5c) text += `\\${String.fromCharCode(octet)}`;
    else if (octet > 0x20 && octet < 0x7f) text += String.fromCharCode(octet);
    else text += `\\${String(octet).padStart(3, '0')}`;
  }
  return text;
}

function toAscii(text: string): string {
  // eslint-disable-next-line no-control-regex -- ASCII is exactly this range
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  // domainToASCII reads its argument as the host of a URL: it would stop at, drop or decode one of these characters.
  const ascii = /[\\/?#%@:\t\n\r]/.test(text) ? '' : domainToASCII(text);
  if (ascii === '') throw new Error(`"${text}" is not a valid internationalised name`);
  return ascii;
}

function splitLabels(text: string): number[][] {
  const labels: number[][] = [[]];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '.') {
      labels.push([]);
      continue;
    }
    if (character !== '\\') {
      labels.at(-1)?.push(character.charCodeAt(0));
      continue;
    }
    const decimal = /^\d{3}/.exec(text.slice(at + 1))?.[0];
    const octet = decimal === undefined ? text.charCodeAt(at + 1) : Number(decimal);
    if (Number.isNaN(octet) || octet > 255)
      throw new Error(`"${text}" has a broken escape; write \\. or \\DDD (000 to 255)`);
    labels.at(-1)?.push(octet);
    at += decimal === undefined ? 1 : 3;
  }
  return labels;
}
