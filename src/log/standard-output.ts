// Standard output as a destination of lines. The rule: a reader that hangs delays neither a query nor the end: a pipe is
// written without blocking, by the event loop, since exit(3) would wait for a thread that waits in write(2).
import { fstatSync, write } from 'node:fs';
import type { LineOutput } from './line-queue.ts';

const STANDARD_OUTPUT = 1;

/** Opens standard output, whatever it is. */
export function openStandardOutput(): LineOutput {
  const there = fstatSync(STANDARD_OUTPUT);
  return there.isFIFO() || there.isSocket() ? pipeOutput(process.stdout) : descriptorOutput(STANDARD_OUTPUT);
}

/** A pipe or a socket, which the event loop waits for. What its reader did not take before it went is lost. */
export function pipeOutput(stream: NodeJS.WritableStream): LineOutput {
  return {
    write: (octets, from, ended) => {
      stream.write(octets.subarray(from), (error) => {
        if (error == null) ended('done', octets.length);
        else ended('lost', from);
      });
    },
    close: () => {},
  };
}

/** A plain file or a terminal, for which process.stdout would make the event loop wait. */
function descriptorOutput(fd: number): LineOutput {
  return {
    write: (octets, from, ended) => {
      write(fd, octets, from, octets.length - from, null, (error, written) => {
        if (error === null) ended('done', from + written);
        else ended('later', from);
      });
    },
    close: () => {},
  };
}
