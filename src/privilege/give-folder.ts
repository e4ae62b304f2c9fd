// The state folder becomes the worker's. The rule: root follows nothing that the worker could have put there.
import { lchownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from './supervisor.ts';

/** Makes a folder and gives it to a user, with what an earlier run as root left in it. Another user's is left alone. */
export function giveFolder(folder: string, identity: Identity): void {
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  giveTree(folder, identity);
}

/**
 * From the bottom up, so that no folder is the user's while we are still to look into it. Whoever owns a folder may have put
 * links into it, to have root give away what they lead to; so only root's own folders are looked into.
 */
function giveTree(folder: string, identity: Identity): void {
  const { uid } = lstatSync(folder);
  if (uid !== 0) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) giveTree(path, identity);
    // A file with a second name may be anybody's, anywhere.
    else if (lstatSync(path).nlink === 1) lchownSync(path, identity.uid, identity.gid);
  }
  lchownSync(folder, identity.uid, identity.gid);
}
