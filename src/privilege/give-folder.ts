// The state folder becomes the worker's. The rule: root follows nothing that the worker could have put there.
import { lchownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from './supervisor.ts';

/** Makes a folder and gives it to a user, with what an earlier run as root left in it. Its own folder is left alone. */
export function giveFolder(folder: string, identity: Identity): void {
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  // Whoever owns the folder may have put links into it, to have root give away what they lead to.
  if (lstatSync(folder).uid !== identity.uid) giveTree(folder, identity);
}

/** From the bottom up, so that no folder is the user's while we are still to look into it. */
function giveTree(folder: string, identity: Identity): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) giveTree(path, identity);
    else lchownSync(path, identity.uid, identity.gid);
  }
  lchownSync(folder, identity.uid, identity.gid);
}
