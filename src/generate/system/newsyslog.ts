// A line for newsyslog.conf(5). A log file of our own is reopened on SIGUSR2: SIGHUP would reload the configuration, and
// Node keeps SIGUSR1 for its debugger.

import { comment, inQuotes } from '../comments.ts';
import type { Generated } from '../plan.ts';
import { pathFaults } from './program.ts';
import type { Program } from './program.ts';

/** Seven old files, a new one at 1 MB, compressed. */
const FIELDS = '640  7     1000 *    Z';

/** Makes the line. */
export function newsyslogLine(program: Program): Generated {
  const { call, file, logFile, node, main, user } = program;
  if (logFile === 'stdout') {
    const remarks = [
      `newsyslog.conf(5) for vlandns, made from ${inQuotes(file)}, which has log.file: stdout.`,
      `Install: ${call} >> /etc/newsyslog.conf`,
      'rc.d hands the log to syslogd(8). Without more it is in /var/log/daemon, which is rotated already. For a',
      'file of its own, put these three lines at the top of /etc/syslog.conf, touch /var/log/vlandns, and',
      'rcctl reload syslogd:',
      '!!vlandns',
      '*.*	/var/log/vlandns',
      '!*',
      'Check: newsyslog -nv',
    ];
    return { text: `${comment('#', remarks)}/var/log/vlandns	root:wheel	${FIELDS}\n` };
  }
  const faults = pathFaults(
    { 'log.file': logFile, node, vlandns: main, configuration: file },
    'newsyslog(8)',
  );
  if (faults.length > 0) return { faults };
  const remarks = [
    `newsyslog.conf(5) for vlandns, made from ${inQuotes(file)}.`,
    `Install: ${call} >> /etc/newsyslog.conf`,
    'The new file has to belong to the user that vlandns runs as. The signal makes it open the log anew.',
    'Check: newsyslog -nv',
  ];
  const command = `pkill -USR2 -xf '${node} ${main} serve -c ${file}'`;
  return { text: `${comment('#', remarks)}${logFile}	${user ?? 'root'}:	${FIELDS} "${command}"\n` };
}
