// The command line: which command, which configuration, and how it ends.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Call, Command, CommandOptions } from './command.ts';
import { UsageError } from './command.ts';
import { EXIT } from '../system/ending.ts';
import { reasonOf } from '../system/system-error.ts';
import { nearest } from '../config/values/nearest.ts';
import { InvalidConfig, Refused } from '../config/refused.ts';
import { ownVersion } from '../packaged/own-version.ts';
import { isJournal, withPriorities } from '../system/journal.ts';
import { toPrintable } from '../system/printable.ts';

/**
 * Each command loads only what it needs: loading everything takes 0.2 s. `worker` and `recorder` are started by serve and are no
 * commands for people.
 */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => {
    // First parts of the same: Node opens every file of one import at once, and there may be few descriptors.
    await import('../config/reader.ts');
    await import('../server/query-path.ts');
    await import('../assembly/prepare.ts');
    await import('../daemon/service.ts');
    return (await import('./commands/serve.ts')).serve;
  },
  check: async () => (await import('./commands/check.ts')).check,
  explain: async () => (await import('./commands/explain.ts')).explain,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  status: async () => (await import('./commands/status.ts')).status,
  reload: async () => (await import('./commands/reload.ts')).reload,
  clients: async () => (await import('./commands/clients.ts')).clients,
  flush: async () => (await import('./commands/flush.ts')).flush,
  lists: async () => (await import('./commands/lists.ts')).lists,
  allow: async () => (await import('./commands/desk/rule.ts')).allow,
  block: async () => (await import('./commands/desk/rule.ts')).block,
  grant: async () => (await import('./commands/desk/timed.ts')).grant,
  deny: async () => (await import('./commands/desk/timed.ts')).deny,
  grants: async () => (await import('./commands/desk/grants.ts')).grants,
  revoke: async () => (await import('./commands/desk/revoke.ts')).revoke,
  pause: async () => (await import('./commands/desk/pause.ts')).pause,
  resume: async () => (await import('./commands/desk/pause.ts')).resume,
  log: async () => (await import('./commands/querylog/log.ts')).log,
  top: async () => (await import('./commands/querylog/top.ts')).top,
  statistics: async () => (await import('./commands/querylog/statistics.ts')).statistics,
  learn: async () => (await import('./commands/querylog/learn.ts')).learn,
  services: async () => (await import('./commands/services.ts')).services,
  passwd: async () => (await import('./commands/web/passwd.ts')).passwd,
  token: async () => (await import('./commands/web/token.ts')).token,
  generate: async () => (await import('./commands/generate.ts')).generate,
  schema: async () => (await import('./commands/schema.ts')).schema,
  worker: async () => (await import('./commands/worker.ts')).worker,
  recorder: async () => (await import('./commands/recorder.ts')).recorder,
};

/** The options that only some commands take, and which. */
const takers: Readonly<Record<keyof CommandOptions, readonly string[]>> = {
  at: ['explain'],
  against: ['check'],
  names: ['check'],
  limit: ['check', 'log', 'top'],
  rcd: ['check'],
  capture: ['doctor'],
  collect: ['doctor'],
  reason: ['allow', 'block', 'grant', 'deny', 'pause'],
  socket: ['allow', 'block', 'grant', 'deny', 'grants', 'revoke', 'pause', 'resume', 'status'],
  since: ['log', 'top', 'statistics'],
  until: ['log', 'top', 'statistics', 'token'],
  role: ['passwd', 'token'],
  vlan: ['log', 'top', 'statistics'],
  blocked: ['log', 'top'],
  follow: ['log'],
  first: ['log'],
  per: ['statistics'],
  days: ['learn'],
  log: ['check'],
};

const USAGE = `usage: vlandns COMMAND [-c FILE] [--json]

  serve                          answer queries, in the foreground
  check                          validate the configuration, its lists and expectations
  explain VLAN|IP NAME [TYPE] [CLASS]
                                 tell the whole decision for a client and a name
  doctor [VLAN]                  find why a VLAN has no DNS: what is wrong, where, and what cures it
  status                         tell how the running daemon is
  clients [VLAN]                 tell who has which address and policy, and how that is known
  reload                         put the configuration file into effect
  flush [NAME]                   forget cached answers
  lists                          tell of each source of each list: figures, age, what is wrong
    stats [NAME]                 tell what the lists have in common, or the sources of one
    update [NAME]                fetch the lists, or one, at once
    accept NAME                  let through what is held back of a list
  allow VLAN|POLICY NAME|SERVICE
                                 add a rule of the house that stays
  block VLAN|POLICY NAME|SERVICE
                                 likewise
  grant VLAN|CLIENT|POLICY WHAT DURATION|until HH:MM
                                 let a service, a name or everything through for a time
  deny VLAN|CLIENT|POLICY WHAT DURATION|until HH:MM
                                 block it for a time
  grants [VLAN|CLIENT|POLICY]    tell what was changed at the desk and holds
  revoke ID|VLAN|CLIENT|POLICY [WHAT]
                                 end one of these
  pause VLAN [DURATION]          suspend what a VLAN blocks, default 10m
  resume VLAN                    end a pause
  log [VLAN|CLIENT|ADDRESS|NAME] tell what was asked, by whom, and why it was answered so
    backup FILE                  copy the query log
  top names|clients|lists        tell what was asked for most, by whom, and what blocked most
  statistics                     tell how many queries there were, day by day
  learn VLAN                     propose a policy that allows only what a VLAN has asked for
  services [NAME|CATEGORY]       tell of the services that policies can block by name, or what is in one
  passwd [NAME]                  make the hash of a password for the page
  token NAME                     make a token for a program that asks the API
  generate WHAT [VLAN ...]       print a file for what is around: dhcpd, rad, kea, kea6, dnsmasq, mikrotik, pf,
                                 pf-loopback, hostname.if, ifstated, rc.d, newsyslog, login.conf.d
  schema                         print the configuration's JSON Schema

  --at TIME           explain: at another moment, such as "Mon 22:00" or 2026-12-24T22:00
  --against FILE|DIR  check: compare the verdicts with those of another configuration
  --names FILE        check --against: the names to try, one a line, or any list
  --limit N           check --against: how many names to print of each kind, default 20; log: how many queries,
                      default 100; top: how many places, default 20
  --log SPAN          check --against: try what was asked in so long a time, such as 7d, by the policies of who asked
  --rcd               check: refuse arguments by which rc.d(8) would not find the daemon again
  --collect DIR       doctor: save what was looked at
  --capture DIR       doctor: look at saved outputs, of any machines, instead of this one

  --reason TEXT       allow, block, grant, deny, pause: why, for the log and for grants
  --socket PATH       desk and status: the daemon's socket, instead of asking the configuration for it

  --since TIME        log, top, statistics: from then on, such as 2h, "21:00" or 2026-12-01
  --until TIME        likewise: until then; token: the last day, such as 2027-12-31
  --vlan VLAN         likewise: of one VLAN
  --blocked           log, top: only what was blocked
  --follow            log: queries as they come
  --first             log: names that a VLAN with first_seen asked for the first time
  --per hour|day      statistics: default day
  --days N            learn: from so many days, default 7

  --role ROLE         passwd, token: admin, parent or viewer, default viewer

  -c, --config FILE   default /etc/vlandns/vlandns.yaml
  --json              print JSON
  -h, --help          print this
  -V, --version       print the version
`;

/** Where what is printed goes, as text that is safe to print. */
export type Output = Pick<Call, 'print' | 'complain'>;

/** Runs the command that the arguments name, on the standard streams of the process; gives the exit status. */
export function program(args: string[]): Promise<number> {
  // A reader that has ended, such as head(1) or logger(1), is no reason to end.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  return runCommand(args, {
    print: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(isJournal(2) ? withPriorities(text) : text),
  });
}

/** Runs the command that the arguments name; gives the exit status. */
export async function runCommand(args: string[], output: Output): Promise<number> {
  const print = (text: string): void => output.print(toPrintable(text));
  const complain = (text: string): void => output.complain(toPrintable(text));
  try {
    return await run(args, { print, complain });
  } catch (error) {
    const message = reasonOf(error);
    // The lines of a refusal name their file; other messages begin with our name.
    complain(error instanceof Refused ? `${message}\n` : `vlandns: ${message}\n`);
    return error instanceof UsageError || error instanceof InvalidConfig ? EXIT.USAGE : EXIT.NOT_SO;
  }
}

async function run(args: string[], output: Output): Promise<number> {
  const { values, positionals } = readArguments(args);
  const [name, ...operands] = positionals;
  if (values.version === true || name === 'version') return printVersion(output, values.json === true);
  if (values.help === true || name === 'help') {
    output.print(USAGE);
    return EXIT.DONE;
  }
  const configFile = resolve(values.config ?? '/etc/vlandns/vlandns.yaml');
  const load = commandNamed(name);
  for (const [option, taking] of Object.entries(takers))
    if (Object.hasOwn(values, option) && !taking.includes(name ?? ''))
      throw new UsageError(`${name} does not take --${option}`);
  const json = values.json === true;
  const command = await load();
  return command({ configFile, json, operands, options: values, ...output });
}

function printVersion({ print }: Output, json: boolean): number {
  const version = ownVersion();
  const told = json ? JSON.stringify({ version, node: process.version }) : `vlandns ${version}`;
  print(`${told}\n`);
  return EXIT.DONE;
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        config: { type: 'string', short: 'c' },
        json: { type: 'boolean' },
        at: { type: 'string' },
        against: { type: 'string' },
        names: { type: 'string' },
        limit: { type: 'string' },
        rcd: { type: 'boolean' },
        capture: { type: 'string' },
        collect: { type: 'string' },
        reason: { type: 'string' },
        socket: { type: 'string' },
        since: { type: 'string' },
        until: { type: 'string' },
        role: { type: 'string' },
        vlan: { type: 'string' },
        per: { type: 'string' },
        days: { type: 'string' },
        log: { type: 'string' },
        blocked: { type: 'boolean' },
        follow: { type: 'boolean' },
        first: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
      },
    });
  } catch (error) {
    throw new UsageError(`${reasonOf(error)}\n${USAGE}`);
  }
}

function commandNamed(name: string | undefined): () => Promise<Command> {
  if (name === undefined) throw new UsageError(`a command is missing\n${USAGE}`);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command;
  const meant = nearest(name, Object.keys(commands));
  throw new UsageError(
    `there is no command "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}\n${USAGE}`,
  );
}
