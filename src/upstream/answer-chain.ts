// Whether the answer section of a response is about its question: every record's owner is the question's name or a name
// that a CNAME or DNAME of the same section leads to. What is not asked for is not believed.
import { HEADER_OCTETS } from '../dns/message.ts';
import { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import { RecordWalk } from '../dns/record-walk.ts';
import { isWellFormedResponse } from '../dns/response-check.ts';

const walk = new RecordWalk();
const name = new NameView();

/** Tells whether a response can be used: well formed all through, and an answer to nothing but its own question. */
export function isUsableResponse(message: Uint8Array): boolean {
  return isWellFormedResponse(message, message.length) && isAboutItsQuestion(message);
}

function isAboutItsQuestion(message: Uint8Array): boolean {
  name.read(message, HEADER_OCTETS, message.length);
  const reached = new Set([nameKey()]);
  // The records of a chain may stand in any order: look again as long as that leads further.
  for (let known = 0; known < reached.size;) {
    known = reached.size;
    if (followOnce(message, reached)) return true;
  }
  return false;
}

/** Adds what the records of reached owners lead to; whether all owners are reached. */
function followOnce(message: Uint8Array, reached: Set<string>): boolean {
  let all = true;
  walk.start(message, message.length);
  while (walk.next() && walk.section === 1) {
    name.read(message, walk.ownerOffset, message.length);
    const owner = nameKey();
    if (walk.type === TYPE.DNAME || walk.type === TYPE.RRSIG) {
      // A DNAME stands above the name it is for (RFC 6672 section 2.2), and so do the signatures over it.
      if (![...reached].some((known) => known.endsWith(owner))) all = false;
      continue;
    }
    if (!reached.has(owner)) all = false;
    else if (walk.type === TYPE.CNAME) {
      name.read(message, walk.rdataOffset, message.length);
      reached.add(nameKey());
    }
  }
  return all;
}

function nameKey(): string {
  return Buffer.from(name.wire.buffer, 0, name.length).toString('latin1');
}
