// Names of programs in lists of sockets.

/** Whether it may be vlandns: Node names its process after itself, newer releases after their main thread. */
export function isNode(program: string): boolean {
  return /^(?:node(?:js|-?\d+)?|MainThread|vlandns)$/.test(program);
}
