// What the system's own files have to know of this installation and of the process, apart from VLANs.

import { dirname } from 'node:path';
import type { Config } from '../../config/config.ts';

/** An installation with the configuration that it is to run on. All paths are absolute. */
export interface Program {
  /** The command that makes this output, as it is typed. */
  readonly call: string;
  /** The configuration file. */
  readonly file: string;
  /** The program of Node. */
  readonly node: string;
  /** The entry file of vlandns. */
  readonly main: string;
  /** The folder for what survives a restart. */
  readonly state: string;
  /** The folder of the control socket. */
  readonly runFolder: string;
  /** `stdout` or a path. */
  readonly logFile: string;
  readonly user: string | undefined;
  /** Descriptors that may be open at once, as far as `limits` says. */
  readonly descriptors: number;
}

/** Where the installation is, and the command that asked for the output. */
export type Installation = Pick<Program, 'call' | 'node' | 'main'>;

/** Descriptors for lists, logs and listeners, in addition to those of clients and upstreams. */
const SPARE = 512;

/** Puts together what the system's files are made from. */
export function programOf(config: Config, installation: Installation): Program {
  const { limits, server, control } = config;
  return {
    ...installation,
    file: config.file,
    state: server.state,
    runFolder: dirname(control.socket),
    logFile: config.log.file,
    user: server.user,
    descriptors: limits.tcp + limits.inFlight + SPARE,
  };
}

/** The characters that stand for themselves in a regular expression, to sh(1), and in every file that is made here. */
const PLAIN = /^[\w@%=:,./-]+$/;

/** A fault for every path that is not plain; `what` says who reads it. */
export function pathFaults(paths: Readonly<Record<string, string>>, what: string): string[] {
  return Object.entries(paths)
    .filter(([, path]) => !PLAIN.test(path))
    .map(
      ([name, path]) =>
        `${name}: ${JSON.stringify(path)} has characters that ${what} would misread; use a path of letters, digits and _ . , : @ % = / - only`,
    );
}
