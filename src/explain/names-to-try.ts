// The names that two configurations are compared on: those of a file, or all that occur in the configurations themselves.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseList } from '../blocklists/formats/list-parser.ts';
import type { ListForm } from '../blocklists/formats/list-parser.ts';
import { isAbout, isCut } from '../blocklists/rule.ts';
import type { WireName } from '../blocklists/trie/wire-name.ts';
import type { Config } from '../config/config.ts';
import { parseName } from '../dns/name-text.ts';
import { NameView } from '../dns/name-view.ts';
import { sourceFilesOf } from '../lists/list-sources.ts';

type TakeName = (name: NameView) => void;

/** The label that stands for any name below, where a rule is about those only. */
const BELOW_LABEL = parseName('www').subarray(0, -1);

/** Gives names, and counts the lines without one. */
export class NamesToTry {
  /** Lines of the file that have no name. */
  skippedLines = 0;
  readonly #name = new NameView();

  /** Gives every name of a file: one a line, or a list in any format. Throws where it cannot be read. */
  ofFile(file: string, take: TakeName): void {
    const report = parseList(file, 'auto', (name) => this.#give(name.wire, take));
    this.skippedLines += report.errors + report.skipped;
  }

  /** Gives every name in an expectation, a rule, a service in use or a list of the configurations; some more than once. */
  ofConfigs(configs: readonly Config[], take: TakeName): void {
    const read = new Set<string>();
    for (const config of configs) {
      for (const { name } of config.expect) this.#give(parseName(name), take);
      for (const { text } of rulesOf(config)) this.#giveRule(text, take);
      for (const { file, format, zone } of sourcesOf(config)) {
        const key = `${format} ${zone ?? ''} ${file}`;
        if (!read.has(key) && existsSync(file))
          parseList(file, { format, zone }, (name, kind) =>
            isAbout(kind, true) || isCut(kind) ? this.#give(name.wire, take) : this.#giveBelow(name, take),
          );
        read.add(key);
      }
    }
  }

  #giveRule(text: string, take: TakeName): void {
    if (text.startsWith('/')) return;
    this.#give(parseName(text.replace(/^\*\./, 'www.')), take);
  }

  #giveBelow({ wire, labelStart, labelCount }: WireName, take: TakeName): void {
    const end = labelStart[labelCount]! + 1;
    if (end + BELOW_LABEL.length > wire.length) return;
    this.#give(Uint8Array.of(...BELOW_LABEL, ...wire.subarray(0, end)), take);
  }

  #give(wire: Uint8Array, take: TakeName): void {
    if (this.#name.read(wire, 0, wire.length) > 0) take(this.#name);
  }
}

/** Where the text of each source lies, and its format. */
function sourcesOf({ lists, server }: Config): ({ readonly file: string } & ListForm)[] {
  const copies = sourceFilesOf(join(server.state, 'sources'));
  return lists.flatMap(({ sources }) =>
    sources.map(({ kind, location, format, zone }) => ({
      file: kind === 'file' ? location : copies.fileOf(location),
      format,
      zone,
    })),
  );
}

/** Every rule of policies, of their schedules, and of the services that they use. */
function rulesOf({ policies, services }: Config): readonly { readonly text: string }[] {
  return [
    ...policies.flatMap(({ block, allow, schedules }) => [
      ...block.rules,
      ...allow.rules,
      ...schedules.flatMap((schedule) => (schedule.block === 'everything' ? [] : schedule.block.rules)),
    ]),
    ...services.flatMap(({ parts }) => parts.flatMap(({ names }) => names)),
  ];
}
