// Whether a response that came from the network is well formed through and through. RFC 9267 lists what others
// let pass: pointers, label and name lengths, terminators, RDLENGTH and counts are each checked here.
import { NameView } from './name-view.ts';
import { TYPE } from './numbers.ts';
import { rdataLayout } from './rdata-layout.ts';
import { RecordWalk } from './record-walk.ts';
import { HEADER_OCTETS } from './message.ts';

const walk = new RecordWalk();
const name = new NameView();

/** Whether every record lies in the message, holds what its type asks for, and nothing stands behind the last. */
export function isWellFormedResponse(message: Uint8Array, length: number): boolean {
  if (!walk.start(message, length)) return false;
  if (!hasValidQuestionNames(message, length)) return false;
  let opts = 0;
  while (walk.next()) {
    if (name.read(message, walk.ownerOffset, length) < 0) return false;
    if (walk.type === TYPE.OPT) {
      opts++;
      if (walk.section !== 3 || name.labelCount !== 0 || !hasWellFormedOptions(message)) return false;
    } else if (!isWellFormedRdata(message, length)) return false;
  }
  return !walk.fault && walk.end === length && opts <= 1;
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
    at = name.read(message, at, length);
    if (at < 0) return false;
  }
  return true;
}

function isWellFormedRdata(message: Uint8Array, length: number): boolean {
  // Character strings that fill the rdata exactly (RFC 1035 section 3.3.14).
  if (walk.type === TYPE.TXT || walk.type === TYPE.SPF) return hasCharacterStrings(message);
  const layout = rdataLayout(walk.type);
  if (layout === undefined) return true;
  const behind = readNames(message, length, layout.before, layout.names);
  if (behind < 0) return false;
  if (layout.after === 'parameters') return optionsFit(message, behind, walk.end - behind);
  return layout.after === 'any' || behind + layout.after === walk.end;
}

/** Reads `count` names `before` octets into the rdata; the offset behind them, or -1. */
function readNames(message: Uint8Array, length: number, before: number, count: number): number {
  let at = walk.rdataOffset + before;
  for (let i = 0; i < count; i++) {
    if (at >= walk.end) return -1;
    at = name.read(message, at, length);
    if (at < 0) return -1;
  }
  return at <= walk.end ? at : -1;
}

function hasCharacterStrings(message: Uint8Array): boolean {
  let at = walk.rdataOffset;
  while (at < walk.end) at += 1 + message[at]!;
  return at === walk.end && walk.rdataLength > 0;
}
