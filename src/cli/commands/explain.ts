// vlandns explain: the whole decision for a client and a name, from the configuration and the lists on disk.
import { toClass, toType } from '../../dns/numbers.ts';
import { parseForDaemon } from '../../assembly/parse-prepared.ts';
import { explainDecision } from '../../explain/explanation.ts';
import type { Explanation, ExplainQuestion } from '../../explain/explanation.ts';
import type { Prepared } from '../../assembly/prepare.ts';
import { buildOffline } from '../../explain/offline.ts';
import type { AnswerQuestion, ToldAnswer } from '../../explain/upstream-answer.ts';
import { howKnown } from '../../explain/told/clients.ts';
import { readClients, toKnownClients } from '../../explain/told/known-clients.ts';
import type { InterfacePrefixes } from '../../assembly/inputs.ts';
import type { KnownClients } from '../../clients/gather-clients.ts';
import type { Config } from '../../config/config.ts';
import { DaemonClient } from '../../api/client.ts';
import { instantOf, MOMENT_FORM, toMoment } from '../../schedules/moment.ts';
import type { Moment } from '../../schedules/moment.ts';
import { openZone } from '../../time/zone.ts';
import { reasonOf } from '../../system/system-error.ts';
import type { Call } from '../command.ts';
import { report, UsageError } from '../command.ts';
import { EXIT } from '../../system/ending.ts';
import { checkName } from '../name-operand.ts';

const FORM =
  'write: vlandns explain VLAN|IP NAME [TYPE] [CLASS] [--at TIME] [-c FILE] [--json]; a VLAN by its name, tag or interface, a client by its address or name';

/** How long the daemon may take to tell who its clients are, in milliseconds. */
const DAEMON_MS = 5000;

/** Explains; status 1 where no policy holds for the client. */
export async function explain(call: Call): Promise<number> {
  const operands = readOperands(call);
  const moment = readAt(call.options.at);
  const prepared = await parseForDaemon(call.configFile, (line) => call.complain(`${line}\n`));
  const offline = await buildOffline(prepared, {
    findClients: (prefixes) => findClients(prepared.config, prefixes),
    withDesk: true,
  });
  const question = { ...operands, atMs: moment && (await instantIn(prepared, moment)) };
  const { socket } = prepared.config.control;
  const explanation = await explainDecision(prepared.config, offline, question, (asked) =>
    askDaemonFor(socket, asked),
  );
  await offline.close();
  if (typeof explanation === 'string') {
    call.complain(`${explanation}\n`);
    return EXIT.NOT_SO;
  }
  report(call, explanation, () => toText(explanation));
  return EXIT.DONE;
}

/** Whom and what is asked about. */
function readOperands({ operands }: Call): Exclude<ExplainQuestion, { readonly asker: unknown }> {
  const [who, name, type, inClass, ...more] = operands;
  if (who === undefined || name === undefined || more.length > 0) throw new UsageError(FORM);
  const qtype = toType(type ?? 'A');
  if (qtype === undefined) throw new UsageError(`"${type}" is not a record type; ${FORM}`);
  const qclass = toClass(inClass ?? 'IN');
  if (qclass === undefined) throw new UsageError(`"${inClass}" is not a class; ${FORM}`);
  checkName(name);
  return { who, name, qtype, qclass };
}

/** A moment in the zone of the configuration. */
async function instantIn({ config, timetable }: Prepared, moment: Moment): Promise<number> {
  return instantOf(moment, timetable?.zone ?? (await openZone(config.server.timeZone)), Date.now());
}

/** The moment that is asked about, as it was written. */
function readAt(at: string | undefined): Moment | undefined {
  const moment = at === undefined ? undefined : toMoment(at);
  if (at !== undefined && moment === undefined)
    throw new UsageError(`"${at}" is not a moment; write --at with ${MOMENT_FORM}`);
  return moment;
}

/** Who is where as the running daemon knows it, which may read more than we may; else as leases and neighbours have it now. */
async function findClients(config: Config, prefixes: InterfacePrefixes): Promise<KnownClients> {
  if (config.leases.length === 0 && config.vlans.every(({ devices }) => devices.length === 0))
    return new Map();
  try {
    return toKnownClients((await new DaemonClient(config.control.socket, DAEMON_MS).clients()).clients);
  } catch {
    // It is not running, or is older than this program.
    return readClients(config, prefixes);
  }
}

/** Asks the running daemon for the answer of an upstream. */
async function askDaemonFor(socket: string, question: AnswerQuestion): Promise<ToldAnswer | string> {
  try {
    return await new DaemonClient(socket).answer(question);
  } catch (error) {
    return reasonOf(error);
  }
}

/** What holds at the moment, what begins next, and what is then. */
function timeLines({ schedules, holdsNow, nextChange }: Explanation): string[] {
  const { at, zone, next, isClockWrong } = schedules ?? {};
  return [
    ...(at === undefined
      ? []
      : [
          `time:     ${at} (${zone})${isClockWrong === true ? ', a clock that is plainly wrong: every schedule holds' : ''}\n`,
        ]),
    ...holdsNow.map((text) => `now:      ${text}\n`),
    ...(next === undefined ? [] : [`next:     schedule ${next}\n`]),
    ...(nextChange === undefined
      ? []
      : [`then:     from ${nextChange.at} on it is ${nextChange.verdict}: ${nextChange.why}\n`]),
  ];
}

/** The verdict; where the answer was not judged, it is by the name alone and not final. */
function verdictText({ verdict, answer, inspected }: Explanation): string {
  return `${verdict.toUpperCase()}${inspected && typeof answer === 'string' ? ' by its name' : ''}`;
}

/** What the upstream's answer leads to, or why it was not judged. */
function answerText({ answer, inspected }: Explanation): string {
  if (answer === undefined) return '';
  if (typeof answer === 'string')
    return inspected
      ? `answer:   not judged, and may be blocked by what it leads to (inspect): ${answer}\n`
      : '';
  const { from, rcode, leadsTo, blocked } = answer;
  const what = leadsTo.length === 0 ? '' : `, ${leadsTo.join(', ')}`;
  const verdict = blocked === undefined ? '' : `; blocked for ${blocked.target}`;
  return `answer:   from the ${from}: ${rcode}${what}${verdict}\n`;
}

/** Who the client is, and how that is known. */
function clientText({ client }: Explanation): string {
  if (client === undefined) return '';
  const { mac, private: isPrivate, macSaid, says } = client;
  const kind = isPrivate ? ', a private one that it may change' : '';
  const macText = mac === undefined ? '' : `${macSaid ? 'says that it has' : 'has'} MAC ${mac}${kind}`;
  const names = says === undefined ? [] : [`calls itself ${JSON.stringify(says)}`];
  const parts = [...(macText === '' ? [] : [macText]), ...names];
  return `client:   ${parts.length === 0 ? 'known' : parts.join(', ')} (${howKnown(client)})\n`;
}

function toText(told: Explanation): string {
  return [
    `${told.name} is ${verdictText(told)} for VLAN ${told.vlan}, policy ${told.policy}\n`,
    `policy:   ${told.because}\n`,
    clientText(told),
    `decided:  by ${told.step}: ${told.why}\n`,
    ...timeLines(told),
    told.observed.length === 0 ? '' : `observed: list ${told.observed.join(', ')} would block it\n`,
    told.upstream === undefined ? '' : `upstream: ${told.upstream}\n`,
    answerText(told),
    told.matches.length === 0
      ? 'matches:  none\n'
      : 'matches (* = used by this policy, o = only observed):\n',
    ...told.matches.map(matchToText),
    ...told.advice.map((command, index) => `${index === 0 ? 'to change: ' : '       or: '}${command}\n`),
  ].join('');
}

function matchToText({ used, observed, ...rule }: Explanation['matches'][number]): string {
  const sign = used ? '*' : observed ? 'o' : ' ';
  const says = rule.says === undefined ? '' : `, ${rule.says}`;
  const holds = rule.fallen === undefined ? '' : ` [${rule.fallen}]`;
  const text = rule.text === undefined ? '' : `: ${rule.text}`;
  return `  ${sign} ${rule.from}: ${rule.kind} ${rule.name}${says}${holds}  (${rule.source}:${rule.line}${text})\n`;
}
