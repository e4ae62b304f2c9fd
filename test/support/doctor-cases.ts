/** A whole and sound capture with something changed, and what doctor is to find in it: all of it, and nothing else. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/reader.ts';
import { formatFault } from '../../src/config/config-error.ts';
import { readEvidence } from '../../src/doctor/source-kinds.ts';
import { subjectsOf } from '../../src/doctor/questions/subject.ts';
import { diagnose } from '../../src/doctor/diagnose.ts';
import type { Ranked } from '../../src/doctor/diagnose.ts';
import type { SourceText } from '../../src/doctor/facts/source-text.ts';

/** What one finding is to say. */
export interface Expected {
  readonly id: string;
  readonly sure?: Ranked['sure'];
  readonly vlan?: string;
  readonly what?: RegExp;
  /** Each must be in one command or word of the cure. */
  readonly cure?: readonly RegExp[];
  readonly cost?: RegExp;
  readonly prove?: RegExp;
  /** `FILE:LINE` of lines that are quoted. */
  readonly evidence?: readonly string[];
  readonly because?: string;
  readonly later?: boolean;
}

/** By file: what is replaced by what; each must be there. */
export type Changes = Readonly<Record<string, readonly (readonly [string, string])[]>>;

/** One row of a finding's table. */
export interface FindingCase {
  readonly when: string;
  /** The capture that is changed; `openbsd` with its host and router unless said. */
  readonly on?: 'openbsd' | 'linux' | 'story';
  readonly change?: Changes;
  /** Files that come on top, or in place. */
  readonly add?: Readonly<Record<string, string>>;
  /** Files that are not there. */
  readonly without?: readonly string[];
  /** All that is found, in order. */
  readonly finds: readonly Expected[];
}

const CAPTURES = new URL('../doctor/captures/', import.meta.url);

/** The captures that were read. */
const captures = new Map<string, ReadonlyMap<string, string>>();

/** The files of a capture by name. */
export function captureOf(name: string): Map<string, string> {
  const there = captures.get(name) ?? readCaptureOf(name);
  captures.set(name, there);
  return new Map(there);
}

function readCaptureOf(name: string): ReadonlyMap<string, string> {
  const folder = new URL(`${name}/`, CAPTURES);
  return new Map(readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]));
}

/** The files of a case. */
export function filesOf({
  on = 'openbsd',
  change = {},
  add = {},
  without = [],
}: FindingCase): Map<string, string> {
  const files = captureOf(on);
  for (const [file, edits] of Object.entries(change))
    for (const [from, to] of edits) {
      const text = files.get(file);
      if (text?.includes(from) !== true) throw new Error(`${file} has no "${from}"`);
      files.set(file, text.replaceAll(from, to));
    }
  for (const [file, text] of Object.entries(add)) files.set(file, text);
  for (const file of without) if (!files.delete(file)) throw new Error(`there is no ${file}`);
  return files;
}

/** What doctor finds in files, of which vlandns.yaml is the configuration. */
export function findIn(files: ReadonlyMap<string, string>): Ranked[] {
  const sources: SourceText[] = [...files].map(([name, text]) => ({ name, text }));
  const evidence = readEvidence(sources.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  const config = configOf(files.get('vlandns.yaml'));
  return diagnose({ evidence, subjects: subjectsOf(config, evidence), config });
}

/** Where configurations are written; made with the first. */
let folder: string | undefined;

/** The configurations that were read, by their text: most cases have one of a few. */
const configs = new Map<string, Config>();

function configOf(text: string | undefined): Config | undefined {
  if (text === undefined) return undefined;
  const there = configs.get(text) ?? readText(text);
  configs.set(text, there);
  return there;
}

function readText(text: string): Config {
  folder ??= mkdtempSync(join(tmpdir(), 'doctor-'));
  const file = join(folder, `${configs.size + 1}.yaml`);
  writeFileSync(file, text);
  const { config, faults } = readConfig(file);
  if (config === undefined) throw new Error(faults.map(formatFault).join('\n'));
  return config;
}

/** Removes the configurations that were written; for the teardown of a test file. */
export function removeCases(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
