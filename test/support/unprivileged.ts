/** A user without rights to run the built program as: an existing one, since tests make none. */
import { spawnSync } from 'node:child_process';
import { builtMain } from './build.ts';

/** Options for starting a process as that user; undefined where we are not root, or where it cannot read the program. */
export function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const numbers = ['-u', '-g'].map((option) =>
    Number(spawnSync('id', [option, 'nobody'], { encoding: 'utf8' }).stdout || 'none'),
  );
  const [uid = NaN, gid = NaN] = numbers;
  if (Number.isNaN(uid + gid)) return undefined;
  const { status } = spawnSync(process.execPath, [builtMain(), '-V'], { uid, gid, cwd: '/' });
  return status === 0 ? { uid, gid } : undefined;
}
