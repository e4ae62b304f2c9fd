// Remarks on one hosts file: skipped lines, and names that an alias of the configuration overrides. None is an error, since a
// hosts file changes without the configuration; of many lines only the first are named.
import { ownerKey } from '../local/alias-check.ts';
import type { SkippedFor } from '../local/hosts-file.ts';
import type { LocalRecord } from '../local/record-store.ts';
import { nameToText } from '../dns/name-text.ts';

/** The most lines that are named. */
const MAX_LINES = 5;

/** The remarks on one file. */
export class HostsRemarks {
  readonly #file: string;
  /** Line of the configuration by the owner of an alias. */
  readonly #aliases: ReadonlyMap<string, number>;
  readonly #skipped = { form: newLines(), wildcard: newLines() };
  readonly #hidden: string[] = [];
  #hiddenCount = 0;

  constructor(file: string, aliases: ReadonlyMap<string, number>) {
    this.#file = file;
    this.#aliases = aliases;
  }

  noteSkipped(line: number, why: SkippedFor): void {
    const lines = this.#skipped[why];
    lines.count++;
    if (lines.first.length < MAX_LINES) lines.first.push(line);
  }

  noteRecord({ owner }: LocalRecord, line: number): void {
    if (this.#aliases.size === 0) return;
    const alias = this.#aliases.get(ownerKey(owner));
    if (alias === undefined) return;
    this.#hiddenCount++;
    if (this.#hidden.length < MAX_LINES)
      this.#hidden.push(`${nameToText(owner)} (line ${line}, alias in line ${alias} of the configuration)`);
  }

  /** A sentence for each kind. */
  all(): string[] {
    const { form, wildcard } = this.#skipped;
    const file = this.#file;
    return [
      ...(form.count === 0
        ? []
        : [`${form.count} lines of ${file} are not "ADDRESS NAME..." and were skipped (${linesText(form)})`]),
      ...(wildcard.count === 0
        ? []
        : [
            `${linesText(wildcard)} of ${file} was skipped: hosts files have no wildcards; write it under records, such as "*.example.org. A 192.0.2.1"`,
          ]),
      ...(this.#hiddenCount === 0
        ? []
        : [
            `${file} has addresses of names that are aliases, and the alias holds: ${this.#hidden.join(', ')}${more(this.#hiddenCount, this.#hidden.length)}; take the name out of one of both`,
          ]),
    ];
  }
}

interface Lines {
  count: number;
  readonly first: number[];
}

function newLines(): Lines {
  return { count: 0, first: [] };
}

function linesText({ count, first }: Lines): string {
  return `line${count === 1 ? '' : 's'} ${first.join(', ')}${more(count, first.length)}`;
}

function more(count: number, told: number): string {
  return count > told ? ` and ${count - told} more` : '';
}
