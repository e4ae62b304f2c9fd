// What the web server goes by: section `web` of the configuration, with absolute paths, as the worker tells the recorder.
import type { AccessRole } from './role.ts';

/** Somebody who logs in. */
export interface WebUser {
  readonly name: string;
  /** As `vlandns passwd` prints it: `$scrypt$ln=14,r=8,p=5$SALT$HASH`, both in base64 without padding. */
  readonly password: string;
  readonly role: AccessRole;
  /** The VLANs that it is about; none are all. */
  readonly vlans: readonly string[];
}

/** A program that sends `Authorization: Bearer …`. */
export interface WebToken {
  readonly name: string;
  /** As `vlandns token` prints it: `sha256:` and 64 hexadecimal digits. */
  readonly hash: string;
  readonly role: AccessRole;
  readonly vlans: readonly string[];
  /** When it ends, in milliseconds since 1970; undefined: never. */
  readonly untilMs?: number | undefined;
}

/** An address to listen on. */
export interface WebAddress {
  readonly address: string;
  readonly port: number;
}

/** What the web server goes by. */
export interface WebSettings {
  readonly listen: readonly WebAddress[];
  /** Absolute paths of files in PEM form; undefined: without TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  /** None: whoever reaches it, on loopback only, may do everything. */
  readonly users: readonly WebUser[];
  readonly tokens: readonly WebToken[];
  /** The control socket, and the configuration file. */
  readonly control: string;
  readonly configuration: string;
}
