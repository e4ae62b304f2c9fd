// What all commands have in common: how they are called and what they print.

/** Options that only some commands take, as they were written. */
export interface CommandOptions {
  readonly at?: string | undefined;
  readonly against?: string | undefined;
  readonly names?: string | undefined;
  readonly limit?: string | undefined;
  readonly rcd?: boolean | undefined;
  readonly capture?: string | undefined;
  readonly collect?: string | undefined;
  readonly reason?: string | undefined;
  readonly socket?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly role?: string | undefined;
  readonly vlan?: string | undefined;
  readonly per?: string | undefined;
  readonly days?: string | undefined;
  readonly log?: string | undefined;
  readonly blocked?: boolean | undefined;
  readonly follow?: boolean | undefined;
  readonly first?: boolean | undefined;
}

/** Arguments of a command, options already taken out. */
export interface Call {
  /** The configuration file, as an absolute path. */
  readonly configFile: string;
  /** Whether JSON is asked for. */
  readonly json: boolean;
  /** What follows the command's name. */
  readonly operands: readonly string[];
  readonly options: CommandOptions;
  /** Prints to standard output. */
  print(text: string): void;
  /** Prints to standard error. */
  complain(text: string): void;
}

/** A command: does its work and gives the exit status. */
export type Command = (call: Call) => Promise<number>;

/** The command line is not one that the command takes; the message says what to write. */
export class UsageError extends Error {}

/** Throws a UsageError where a command that takes no operands was given any; `form` is how it is called. */
export function noOperands({ operands }: Call, form: string): void {
  if (operands.length === 0) return;
  const [, command] = form.split(' ');
  throw new UsageError(`${command} takes no operands; write: ${form}`);
}

/** Prints a value as JSON, or as the text for people. */
export function report(call: Call, value: unknown, text: () => string): void {
  call.print(call.json ? `${JSON.stringify(value, null, 2)}\n` : text());
}

/** Lines under each other in columns, two blanks apart. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  const lines = rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
