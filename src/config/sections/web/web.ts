// The page and the API: what is written becomes what the web server goes by. The rule: nobody is let in by a fault; whoever's hash cannot
// be read cannot log in.

import type { WebOptions } from '../../config.ts';
import { resolve } from 'node:path';
import type { FaultLog } from '../../config-error.ts';
import type { DraftWeb } from '../../keys/web.ts';
import type { WebSecretText } from '../../grammar/web-value.ts';
import type { Placed } from '../../schema.ts';
import type { AccessRole } from '../../../access/role.ts';
import { isPasswordHash } from '../../../access/password.ts';
import { isTokenHash } from '../../../access/token.ts';
import { readSecret, whyUnreadable } from '../files.ts';
import { finishListen } from './web-listen.ts';
import { finishTls } from './web-tls.ts';
import type { WebAround } from './web-around.ts';

/** Gives the options of the web server; undefined where there is none. */
export function finishWeb(
  draft: DraftWeb | undefined,
  around: WebAround,
  faults: FaultLog,
): WebOptions | undefined {
  if (draft === undefined) return undefined;
  const tls = finishTls(draft, around, faults);
  const files: { setting: string; path: string }[] = [];
  if (tls !== undefined)
    files.push({ setting: 'web.certificate', path: tls.certificate }, { setting: 'web.key', path: tls.key });
  const reader: Reader = { around, faults, files };
  const users = draft.users.map(({ name, password, role, vlans }) => ({
    name: name?.value ?? '',
    password: hashOf(password, { isHash: isPasswordHash, command: 'vlandns passwd' }, reader),
    ...rightsOf({ role, vlans }, reader),
  }));
  const tokens = draft.tokens.map(({ name, hash, role, vlans, until }) => ({
    name: name?.value ?? '',
    hash: hashOf(hash, { isHash: isTokenHash, command: 'vlandns token NAME' }, reader),
    ...rightsOf({ role, vlans }, reader),
    ...(until === undefined ? {} : { untilMs: until.value.endMs }),
  }));
  reportDoubled(draft.users, 'user', faults);
  reportDoubled(draft.tokens, 'token', faults);
  reportPast(draft.tokens, around.nowMs, faults);
  return {
    listen: finishListen(draft, around, faults),
    ...(tls === undefined ? {} : { tls }),
    users,
    tokens,
    files,
  };
}

interface Reader {
  readonly around: WebAround;
  readonly faults: FaultLog;
  /** Files that the user who serves has to read; grows. */
  readonly files: { setting: string; path: string }[];
}

/** The hash that is written or lies in a file; empty, which no password fits, where it cannot be read. */
function hashOf(
  written: Placed<WebSecretText> | undefined,
  { isHash, command }: { readonly isHash: (text: string) => boolean; readonly command: string },
  { around, faults, files }: Reader,
): string {
  if (written === undefined) return '';
  const { value, at, setting } = written;
  if (value.kind === 'hash') return value.hash;
  const path = resolve(around.folder, value.file);
  files.push({ setting, path });
  try {
    const { text, isOpenToAll } = readSecret(path);
    const hash = text.trim();
    if (isOpenToAll)
      faults.warn(at, setting, `${path} can be read by every user of this machine; chmod o= ${path}`);
    if (isHash(hash)) return hash;
    faults.error(
      at,
      setting,
      `${path} holds no hash; write what "${command}" prints into it, and nothing else`,
    );
  } catch (error) {
    faults.error(
      at,
      setting,
      `${path} cannot be read (${whyUnreadable(error)}); write the path of a file with what "${command}" prints`,
    );
  }
  return '';
}

type DraftRights = Pick<DraftWeb['users'][number], 'role' | 'vlans'>;

function rightsOf(
  { role, vlans }: DraftRights,
  { around, faults }: Reader,
): { role: AccessRole; vlans: string[] } {
  for (const { value, at, setting } of vlans) around.names.vlans.refer(value, at, setting);
  const [first] = vlans;
  if (role?.value === 'admin' && first !== undefined)
    faults.error(
      first.at,
      first.setting,
      'stands beside role: admin, who may do everything in all VLANs; write role: parent or viewer, or take it out',
    );
  // A faulty one is reported, and gives nobody anything.
  return { role: role?.value ?? 'viewer', vlans: vlans.map(({ value }) => value) };
}

/** Two that differ in capitals only would be taken for one by people. */
function reportDoubled(
  entries: readonly { readonly name: Placed<string> | undefined }[],
  what: 'user' | 'token',
  faults: FaultLog,
): void {
  const lines = new Map<string, number>();
  for (const { name } of entries) {
    if (name === undefined) continue;
    const key = name.value.toLowerCase();
    const line = lines.get(key);
    if (line === undefined) lines.set(key, name.at.line);
    else
      faults.error(
        name.at,
        name.setting,
        `${what} ${name.value} stands in line ${line} already; write another name, or keep one of them`,
      );
  }
}

function reportPast(tokens: DraftWeb['tokens'], nowMs: number, faults: FaultLog): void {
  for (const { until } of tokens)
    if (until !== undefined && until.value.endMs <= nowMs)
      faults.warn(
        until.at,
        until.setting,
        `${until.value.text} is past, and the token is not taken any more; write a later day, or take the token out`,
      );
}
