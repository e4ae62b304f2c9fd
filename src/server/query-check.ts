// The answer to a message that is not a question that we forward: one switch, a line a case, each with its file in
// test/wire (RFC 8906 says why silence is wrong for most of them).
import { CLASS, RCODE, TYPE } from '../dns/numbers.ts';
import type { QueryView } from '../dns/query-view.ts';

/** No reply at all: the message cannot be answered, or a reply could start a loop between two servers. */
export const DROP = -1;

/** The rcode for the message that the view has read, DROP, or NOERROR where the question can be answered. */
export function checkQuery(view: QueryView): number {
  switch (view.fault) {
    case 'none':
      return checkQuestion(view);
    case 'short header':
    case 'response':
      return DROP;
    case 'opcode':
      return RCODE.NOTIMP;
    case 'question count':
    case 'question':
    case 'sections':
    case 'additional':
    case 'opt owner':
    case 'opt twice':
    case 'opt options':
    case 'cookie length':
    case 'trailing octets':
      return RCODE.FORMERR;
    case 'edns version':
      return RCODE.BADVERS;
  }
}

function checkQuestion(view: QueryView): number {
  if (view.qclass !== CLASS.IN) return RCODE.REFUSED;
  switch (view.qtype) {
    // Not types that can be asked for (RFC 6895 section 3.1).
    case 0:
    case TYPE.OPT:
    case TYPE.TSIG:
      return RCODE.FORMERR;
    case TYPE.TKEY:
    case TYPE.MAILA:
    case TYPE.MAILB:
      return RCODE.NOTIMP;
    case TYPE.AXFR:
    case TYPE.IXFR:
      return RCODE.REFUSED;
    default:
      return RCODE.NOERROR;
  }
}
