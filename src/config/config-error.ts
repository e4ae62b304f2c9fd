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

/** Gathers the faults of one reading. */
export class FaultLog {
  readonly #file: string;
  readonly #faults: Fault[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** Notes something that makes the configuration unusable. */
  error(at: Position, setting: string, message: string): void {
    this.#faults.push({ file: this.#file, ...at, setting, message, severity: 'error' });
  }

  /** Notes something that does nothing or is likely not meant. */
  warn(at: Position, setting: string, message: string): void {
    this.#faults.push({ file: this.#file, ...at, setting, message, severity: 'warning' });
  }

  /** Says whether an error was noted. */
  hasErrors(): boolean {
    return this.#faults.some((fault) => fault.severity === 'error');
  }

  /** Gives the faults in the order of the file. */
  inOrder(): Fault[] {
    return this.#faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}

/** What was thrown, as the part of a sentence that says why. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
