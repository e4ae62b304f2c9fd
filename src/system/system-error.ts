// Tells errors of the operating system from bugs, and puts either into words.

/** Tells whether an error is a system call's: no such file, no permission, no space. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** What was thrown, as the part of a sentence that says why. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
