// The login class for login.conf(5), kept as config/login.conf.d/vlandns: what the class daemon lacks. Both limits are named,
// since the openfiles-cur and openfiles-max of that class would override a plain openfiles.

import type { Generated } from '../plan.ts';
import type { Program } from './program.ts';

/** The smallest limit that is written, and the step by which it grows. */
const LEAST = 4096;

/** Makes the file for /etc/login.conf.d. */
export function loginClass({ descriptors }: Program): Generated {
  const files = Math.max(1, Math.ceil(descriptors / LEAST)) * LEAST;
  return {
    text: `# /etc/login.conf.d/vlandns: rc.subr(8) takes the class of the daemon's name where there is one.
# The class daemon starts with 128 descriptors and ends at 1024; clients over TCP and upstreams take
# one each. More than kern.maxfiles is not to be had: sysctl(8).
vlandns:\\
	:openfiles-cur=${files}:\\
	:openfiles-max=${files}:\\
	:tc=daemon:
`,
  };
}
