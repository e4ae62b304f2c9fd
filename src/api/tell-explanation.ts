// Explains a decision of the running service, as `vlandns explain` does offline. The rule: an explanation takes about a millisecond, so
// that they begin one at a time with other work in between, and only so many are under way.
import { setImmediate } from 'node:timers/promises';
import type { Asker } from '../access/role.ts';
import type { Config } from '../config/config.ts';
import { faultOfName } from '../config/grammar/mistaken-name.ts';
import { ControlError } from '../control/error-codes.ts';
import type { KnownClients } from '../clients/gather-clients.ts';
import { TYPE } from '../dns/numbers.ts';
import { choosePolicy } from '../explain/decision.ts';
import { explainDecision } from '../explain/explanation.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { ExplainedState } from '../explain/matching-rules.ts';
import { tellAnswer } from '../explain/upstream-answer.ts';
import type { AnswerQuestion, AnswerSource } from '../explain/upstream-answer.ts';
import { findAsker } from '../explain/who.ts';
import { instantOf, MOMENT_FORM, toMoment } from '../schedules/moment.ts';
import { reasonOf } from '../system/system-error.ts';
import { Turns } from '../system/turns.ts';
import { openZone } from '../time/zone.ts';
import type { ExplainRequest } from './routes.ts';

/** Explanations that may be under way at once, those that wait for an upstream among them. */
const MOST = 32;

/** The running service. */
export interface ExplainedService extends AnswerSource {
  readonly config: Config;
  readonly lists: ExplainedState['lists'];
  /** Where the text of list sources lies. */
  readonly refresh: ExplainedState['files'];
  readonly clients: { readonly known: KnownClients };
}

/** Gives what explains decisions of a service. */
export function explanationTeller(
  service: ExplainedService,
): (request: ExplainRequest, asker: Asker) => Promise<Explanation> {
  const turns = new Turns();
  let underWay = 0;
  return async (request, asker) => {
    if (underWay >= MOST)
      throw new ControlError('full', 'too many explanations are under way; ask again in a moment');
    underWay++;
    try {
      await turns.run(() => setImmediate());
      return await tellExplanation(service, request, asker);
    } finally {
      underWay--;
    }
  };
}

async function tellExplanation(
  service: ExplainedService,
  { who, name, qtype = TYPE.A, at }: ExplainRequest,
  asker: Asker,
): Promise<Explanation> {
  const fault = faultOfName(name);
  if (fault !== undefined) throw new ControlError('bad_request', fault);
  const question = {
    asker: whoIs(service, who, asker),
    name,
    qtype,
    atMs: await instantAt(service, at),
    isBrief: true,
  };
  const ask = (asked: AnswerQuestion) => tellAnswer(service, asked).catch(reasonOf);
  const { lists } = service;
  const explain = (): Promise<Explanation | string> =>
    explainDecision(service.config, stateOf(service), question, ask);
  const told = await explain().catch((error: unknown) => {
    // The file of a list that was exchanged meanwhile is closed: those of now have theirs open.
    if (service.lists === lists) throw error;
    return explain();
  });
  if (typeof told === 'string') throw new ControlError('unknown', told);
  return told;
}

/** Who is meant; throws a ControlError where nobody is, or somebody whom the asker has nothing to do with. */
function whoIs({ config, serving, clients }: ExplainedService, who: string, { vlans }: Asker) {
  const isMine = (vlan: string): boolean => vlans.length === 0 || vlans.includes(vlan);
  const found = findAsker(config, who, clients.known);
  const choice = typeof found === 'string' ? found : choosePolicy(serving, found);
  if (typeof found !== 'string' && typeof choice !== 'string' && isMine(choice.vlan.name)) return found;
  if (typeof choice !== 'string')
    throw new ControlError('forbidden', `${who} is not of VLAN ${vlans.join(', ')}, which you are for`);
  if (vlans.length === 0) throw new ControlError('unknown', choice);
  // The other message names VLANs and clients of all.
  const own = { vlans: config.vlans.filter(({ name }) => isMine(name)) };
  const reason = findAsker(own, who, clients.known);
  throw new ControlError('unknown', typeof reason === 'string' ? reason : `nobody is known as ${who}`);
}

/** The moment that is asked about, in milliseconds since 1970; undefined: now. */
async function instantAt({ config }: ExplainedService, at: string | undefined): Promise<number | undefined> {
  if (at === undefined) return undefined;
  if (/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(at) && !Number.isNaN(Date.parse(at)))
    return Date.parse(at);
  const moment = toMoment(at);
  if (moment === undefined)
    throw new ControlError('bad_request', `${JSON.stringify(at)} is not a moment; write ${MOMENT_FORM}`);
  return instantOf(moment, await openZone(config.server.timeZone), Date.now());
}

function stateOf({ serving, lists, refresh, clients }: ExplainedService): ExplainedState {
  const upstreamNames: string[] = [];
  for (const [number, { name }] of serving.upstreams) upstreamNames[number] = name;
  return { serving, lists, files: refresh, upstreamNames, clients: clients.known };
}
