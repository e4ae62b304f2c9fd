// Telling what the operating system refused from bugs.

/** Tells whether an error is a system call's: no such file, no permission, no space. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
