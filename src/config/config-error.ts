// Faults of a configuration. One reading gathers them all; nothing here knows how they are found.

import type { Position } from './config.ts';

/** One thing that is wrong (`error`) or pointless (`warning`), with the place where it is written. */
export interface Fault {
  readonly file: string;
  /** Counts from 1; 0 where the fault is the file itself. */
  readonly line: number;
  readonly column: number;
  /** The path of keys, such as `vlans.kids.clients[0].policy`; empty for the file as a whole. */
  readonly setting: string;
  /** What is wrong; what to write instead. */
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** Gives the line that is printed for a fault: `FILE:LINE:COL: error: SETTING: what is wrong; what to write instead`. */
export function formatFault(fault: Fault): string {
  const place = fault.line === 0 ? fault.file : `${fault.file}:${fault.line}:${fault.column}`;
  const setting = fault.setting === '' ? '' : `${fault.setting}: `;
  return `${place}: ${fault.severity}: ${setting}${fault.message}`;
}

/** Thrown where a configuration is needed and the file does not give one; it carries every fault of the reading. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(formatFault).join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** How many faults of one kind are reported; the rest is counted. */
const MAX_TOLD = 20;

/** Faults of one kind beyond those that are reported. */
interface Untold {
  readonly first: Fault;
  count: number;
}

/** Gathers the faults of one reading: of each kind the first 20 in the order in which they are found, and the count. */
export class FaultLog {
  readonly #file: string;
  readonly #faults: Fault[] = [];
  readonly #told = new Map<string, number>();
  readonly #untold = new Map<string, Untold>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Notes something that makes the configuration unusable. */
  error(at: Position, setting: string, message: string): void {
    this.#add({ file: this.#file, ...at, setting, message, severity: 'error' });
  }

  /** Notes something that has no effect or is likely a mistake. */
  warn(at: Position, setting: string, message: string): void {
    this.#add({ file: this.#file, ...at, setting, message, severity: 'warning' });
  }

  /** Says whether an error was noted. */
  hasErrors(): boolean {
    return this.#faults.some((fault) => fault.severity === 'error');
  }

  /** Gives the faults in the order of the file. */
  inOrder(): Fault[] {
    const counts = Array.from(this.#untold.values(), ({ first, count }) => ({
      ...first,
      setting: '',
      message: `and ${count} more of this kind: ${kindOf(first.message)}`,
    }));
    return [...this.#faults, ...counts].toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  /** Says whether another fault of this kind would be reported; if not, its details need not be worked out. */
  isTold(message: string): boolean {
    return (this.#told.get(kindOf(message)) ?? 0) < MAX_TOLD;
  }

  #add(fault: Fault): void {
    const kind = kindOf(fault.message);
    const key = `${fault.severity} ${kind}`;
    const told = this.#told.get(kind) ?? 0;
    const untold = this.#untold.get(key);
    if (untold !== undefined) untold.count++;
    else if (told >= MAX_TOLD) this.#untold.set(key, { first: fault, count: 1 });
    else {
      this.#told.set(kind, told + 1);
      this.#faults.push(fault);
    }
  }
}

/** What faults of one kind have in common: what is wrong, without what was written and what to write instead. */
function kindOf(message: string): string {
  return message
    .slice(0, MAX_KIND)
    .replace(/;.*$/s, '')
    .replaceAll(/"[^"]*"|\d+/g, '…');
}

/** How many characters of a message identify its kind. */
const MAX_KIND = 200;
