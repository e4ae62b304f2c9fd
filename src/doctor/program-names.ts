// Names that programs go by where sockets are listed.

/** Whether it may be vlandns: Node names its process after itself, newer releases after their main thread. */
export function isNode(program: string): boolean {
  return /^(?:node(?:js|-?\d+)?|MainThread|vlandns)$/.test(program);
}
