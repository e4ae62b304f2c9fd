// How the program ends, whichever command it ran: its exit status, and what must not hold the end up or bring it about.

/** How a command ends (sysexits are not used: DESIGN section 1). */
export const EXIT = { DONE: 0, NOT_SO: 1, USAGE: 2 } as const;

/** How long the end waits for who reads standard output, in milliseconds. */
const FAREWELL_MS = 500;

/**
 * Does nothing at USR1, by which Node would open its debugger to every user of the machine, root's own process included;
 * USR1 is what some other daemons reopen their log at.
 */
export function refuseDebugger(): void {
  process.on('SIGUSR1', () => undefined);
}

/** Ends the process, which has nothing left to do, even where a reader of its log has hung. */
export function endSoon(): void {
  setTimeout(() => process.exit(), FAREWELL_MS).unref();
}
