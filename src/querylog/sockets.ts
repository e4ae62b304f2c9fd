// Where the recorder is asked: beside the control socket, under a name that follows from it.

/** The socket of the query log that belongs to a control socket: `vlandns-log.sock` beside `vlandns.sock`. */
export function historySocketOf(control: string): string {
  return `${control.replace(/\.sock$/, '')}-log.sock`;
}
