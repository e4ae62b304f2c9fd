// Whether a response from the network is well-formed in every part. RFC 9267 lists faults that other programs
// let pass: pointers, label and name lengths, terminators, RDLENGTH and counts are each checked here.
import { messageNames, NO_NAME } from './message-names.ts';
import { TYPE } from './numbers.ts';
import type { RdataLayout } from './rdata-layout.ts';
import { namesStart, rdataLayout } from './rdata-layout.ts';
import { RecordWalk, skipName } from './record-walk.ts';
import { HEADER_OCTETS } from './message.ts';

/** What the root takes, the only name of one octet. */
const ROOT_OCTETS = 1;

const walk = new RecordWalk();

/** Whether every record lies in the message and holds what its type requires, and nothing follows the last. */
export function isWellFormedResponse(message: Uint8Array, length: number): boolean {
  return responseOctets(message, length) === length;
}

/** The octets, of `length`, up to the end of the last record that the header counts; -1 where a record is malformed. */
export function responseOctets(message: Uint8Array, length: number): number {
  if (!walk.start(message, length)) return -1;
  messageNames.begin(message, length);
  if (!hasValidQuestionNames(message, length)) return -1;
  let opts = 0;
  while (walk.next()) {
    const owner = messageNames.measure(walk.ownerOffset);
    if (owner === NO_NAME) return -1;
    if (walk.type === TYPE.OPT) {
      opts++;
      if (walk.section !== 3 || owner !== ROOT_OCTETS || !hasWellFormedOptions(message)) return -1;
    } else if (!isWellFormedRdata(message, length)) return -1;
  }
  return walk.fault || opts > 1 ? -1 : walk.end;
}

/** Whether the options of an OPT record at rdataOffset, rdataLength octets long, fill it exactly (RFC 6891 6.1.2). */
export function optionsFit(message: Uint8Array, rdataOffset: number, rdataLength: number): boolean {
  const end = rdataOffset + rdataLength;
  let at = rdataOffset;
  while (at + 4 <= end) at += 4 + ((message[at + 2]! << 8) | message[at + 3]!);
  return at === end;
}

function hasWellFormedOptions(message: Uint8Array): boolean {
  return optionsFit(message, walk.rdataOffset, walk.rdataLength);
}

function hasValidQuestionNames(message: Uint8Array, length: number): boolean {
  for (let at = HEADER_OCTETS; at < walk.end; at += 4) {
    if (messageNames.measure(at) === NO_NAME) return false;
    at = skipName(message, at, length);
  }
  return true;
}

function isWellFormedRdata(message: Uint8Array, length: number): boolean {
  // Character strings that fill the rdata exactly (RFC 1035 section 3.3.14).
  if (walk.type === TYPE.TXT || walk.type === TYPE.SPF) return hasCharacterStrings(message);
  const layout = rdataLayout(walk.type);
  if (layout === undefined) return true;
  const behind = readNames(message, length, layout);
  if (behind < 0) return false;
  if (layout.after === 'parameters') return optionsFit(message, behind, walk.end - behind);
  return layout.after === 'any' || behind + layout.after === walk.end;
}

/** Reads the names in the rdata; the offset behind them, or -1. */
function readNames(message: Uint8Array, length: number, layout: RdataLayout): number {
  let at = namesStart(layout, message, walk.rdataOffset, walk.end);
  for (let i = 0; i < layout.names; i++) {
    if (at >= walk.end || messageNames.measure(at) === NO_NAME) return -1;
    at = skipName(message, at, length);
  }
  return at <= walk.end ? at : -1;
}

function hasCharacterStrings(message: Uint8Array): boolean {
  let at = walk.rdataOffset;
  while (at < walk.end) at += 1 + message[at]!;
  return at === walk.end && walk.rdataLength > 0;
}
