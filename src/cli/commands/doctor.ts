// vlandns doctor: why a VLAN has no DNS. It works without a configuration too, since the fault may lie before it.
import { existsSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import { join } from 'node:path';
import { formatFault } from '../../config/config-error.ts';
import { reasonOf } from '../../system/system-error.ts';
import type { Config } from '../../config/config.ts';
import { readConfig } from '../../config/reader.ts';
import { DaemonClient } from '../../api/client.ts';
import { makeCaptureFolder, readCapture, saveCapture } from '../../doctor/collect/capture-folder.ts';
import { collect, hostKind } from '../../doctor/collect/collect.ts';
import { diagnose } from '../../doctor/diagnose.ts';
import type { Diagnosis } from '../../doctor/diagnosis.ts';
import type { SourceText } from '../../doctor/facts/source-text.ts';
import { notFaults, partsOf } from '../../doctor/looked-at.ts';
import { readEvidence } from '../../doctor/source-kinds.ts';
import { nameOf, subjectsOf } from '../../doctor/questions/subject.ts';
import type { Log } from '../../log/log.ts';
import { readTrust, Trust } from '../../assembly/trust.ts';
import type { Call } from '../command.ts';
import { report, UsageError } from '../command.ts';
import { EXIT } from '../../system/ending.ts';
import { diagnosisText } from '../text/doctor-text.ts';

/** How long the daemon may take to report its status, in milliseconds. */
const STATUS_TIMEOUT_MS = 5000;

const FORM = 'write: vlandns doctor [VLAN] [--capture DIR | --collect DIR] [-c FILE] [--json]';

/** Diagnoses; status 1 where anything was found, 2 where the configuration is invalid. */
export async function doctor(call: Call): Promise<number> {
  const [only, ...more] = call.operands;
  const { capture, collect: folder } = call.options;
  if (more.length > 0 || (capture !== undefined && folder !== undefined)) throw new UsageError(FORM);
  const { config, notes, isInvalid } = readConfiguration(call, capture);
  if (capture === undefined && process.getuid?.() !== 0)
    notes.push('not run as root: packet filter rules and who holds a port may stay unseen');
  const sources =
    capture === undefined ? await gather(call, config, { folder, notes }) : await readFolder(capture, notes);
  const evidence = readEvidence(sources);
  const subjects = subjectsOf(config, evidence, only);
  if (only !== undefined && subjects.length === 0)
    throw new UsageError(unknown(only, subjectsOf(config, evidence)));
  const findings = diagnose({ evidence, subjects, config });
  const diagnosis: Diagnosis = {
    vlans: subjects.map((subject) => ({
      name: nameOf(subject),
      id: subject.id,
      interface: subject.interface,
    })),
    findings,
    notFaults: notFaults(evidence, findings),
    parts: partsOf(evidence),
    notes: [...notes, ...evidence.unread.map((name) => `${name}: nothing in it was understood`)],
  };
  report(call, diagnosis, () => diagnosisText(diagnosis));
  if (isInvalid) return EXIT.USAGE;
  return diagnosis.findings.length > 0 ? EXIT.NOT_SO : EXIT.DONE;
}

interface Configured {
  readonly config: Config | undefined;
  readonly notes: string[];
  readonly isInvalid: boolean;
}

// A capture may contain the configuration of its own machine.
function readConfiguration({ configFile }: Call, capture: string | undefined): Configured {
  const captured = capture === undefined ? undefined : join(capture, 'vlandns.yaml');
  const file = captured !== undefined && existsSync(captured) ? captured : configFile;
  if (!existsSync(file))
    return {
      config: undefined,
      notes: [`there is no configuration at ${file}: interfaces are looked at, not VLANs`],
      isInvalid: false,
    };
  const { config, faults } = readConfig(file, { mayLackLists: true });
  if (config !== undefined) return { config, notes: [], isInvalid: false };
  const errors = faults.filter(({ severity }) => severity === 'error').map(formatFault);
  return {
    config,
    notes: [...errors, 'the configuration is invalid: interfaces are looked at, not VLANs'],
    isInvalid: true,
  };
}

async function gather(
  call: Call,
  config: Config | undefined,
  { folder, notes }: { folder: string | undefined; notes: string[] },
): Promise<SourceText[]> {
  const kind = hostKind();
  if (kind === undefined)
    throw new Error(`doctor knows no commands for ${process.platform}; write: vlandns doctor --capture DIR`);
  // Before the work, so that a bad name is reported at once.
  if (folder !== undefined) makeCaptureFolder(folder);
  const outputs = await collect(kind, {
    config,
    trust: () => trustOf(config, notes),
    readStatus: async () =>
      config === undefined
        ? ''
        : new DaemonClient(config.control.socket, STATUS_TIMEOUT_MS)
            .status()
            .then((status) => JSON.stringify(status, null, 2), reasonOf),
  });
  notes.push(...outputs.filter(({ isCut }) => isCut).map(({ command, note }) => `${command}: ${note ?? ''}`));
  if (folder !== undefined) {
    await saveCapture(folder, outputs, kind);
    call.complain(`saved in ${folder}: ${outputs.filter(({ text }) => text !== '').length} outputs\n`);
  }
  return outputs;
}

// The same trust as the daemon's; faults go to the notes, since there is no log here.
function trustOf(config: Config | undefined, notes: string[]): SecureContext {
  const tell: Log['warn'] = ({ file, reason }, message) => {
    notes.push(`${String(file)}: ${message} (${String(reason)})`);
  };
  const log = { info: tell, warn: tell, error: () => undefined };
  // Without a configuration there is nothing to be asked over TLS either.
  return config === undefined
    ? new Trust([]).context()
    : readTrust({ ...config, lists: [] }, { log }).context();
}

async function readFolder(folder: string, notes: string[]): Promise<SourceText[]> {
  try {
    const { sources, leftOut } = await readCapture(folder);
    notes.push(...leftOut.map((name) => `${name}: too large, or no text; left out`));
    if (sources.length === 0) notes.push(`${folder} is empty: nothing could be looked at`);
    return sources;
  } catch (cause) {
    throw new UsageError(`${folder} cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

function unknown(only: string, all: ReturnType<typeof subjectsOf>): string {
  const names = all.map(nameOf).join(', ');
  return `there is no VLAN or interface "${only}"; there are: ${names === '' ? 'none' : names}`;
}
