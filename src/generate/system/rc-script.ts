// The script for rc.d(8), kept as rc.d/vlandns with the paths of the README. rc.subr(8) finds the daemon by its exact
// arguments, read as a regular expression, so no path in them may have a special character.

import type { Generated } from '../plan.ts';
import { pathFaults } from './program.ts';
import type { Program } from './program.ts';

/** A folder that no other user may be given. */
const SYSTEM_RUN_FOLDER = '/var/run';

/** Makes the script for rc.d(8). */
export function rcScript(program: Program): Generated {
  const { node, main, file, state } = program;
  const runFolder = program.runFolder === SYSTEM_RUN_FOLDER ? '/var/run/vlandns' : program.runFolder;
  const faults = pathFaults(
    { node, vlandns: main, configuration: file, 'server.state': state, 'control.socket': runFolder },
    'rc.subr(8)',
  );
  if (faults.length > 0) return { faults };
  return {
    text: `#!/bin/ksh
#
# vlandns for rc.d(8). rc.subr(8) finds the daemon by its exact arguments, read as a regular
# expression: nothing in daemon or daemon_flags may be one of + * ? ( ) [ ] { } | ^ $ \\

daemon="${node} ${main} serve"
daemon_flags="-c ${file}"
daemon_logger="daemon.info"
daemon_timeout=60

. /etc/rc.d/rc.subr

rc_bg=YES

# Before every start, reload and restart: what does not check out leaves the running daemon alone,
# and arguments that rc.subr would not find the daemon by are refused.
# The messages go to syslog; "vlandns check" shows them on the terminal.
rc_configtest() {
	rc_exec "\${daemon% serve} check --rcd \${daemon_flags}"
}

# As root, serve makes its folders itself, and must not take the state folder back from the worker's
# user: it would give away again what was put there. Another daemon_user cannot make them, and
# /var/run is empty after a boot.
rc_pre() {
	[ "\${daemon_user}" = root ] ||
		install -d -o "\${daemon_user}" -g "$(id -gn "\${daemon_user}")" -m 0750 \\
			${state} ${runFolder}
}

rc_cmd $1
`,
  };
}

/** The special characters of an extended regular expression; `.` is left out, since it matches itself too. */
const SPECIAL = /[+*?()[\]{}|^$\\]/;

/** The first argument that keeps rc.subr(8) from finding the daemon, as the part of a sentence that says why. */
export function misreadByRc(args: readonly string[]): string | undefined {
  const found = args.find((arg) => SPECIAL.test(arg));
  if (found === undefined) return undefined;
  return `rc.subr(8) finds the daemon by its arguments, read as a regular expression, and ${SPECIAL.exec(found)?.[0]} in ${JSON.stringify(found)} is special there: rcctl could neither reload nor stop it; use a path without any of + * ? ( ) [ ] { } | ^ $ \\`;
}
