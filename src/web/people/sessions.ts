// Who is logged in. The rules: an id is 256 random bits, made anew at each log-in, and only its SHA-256 is kept; a session ends with its user,
// the password that began it, its time, or by the user.
import { createHash, randomBytes } from 'node:crypto';
import type { WebUser } from '../../access/web-settings.ts';

/** How long a session lives that nobody uses, and at most, in milliseconds. */
const IDLE_MS = 7 * 86_400_000;
const LIFE_MS = 30 * 86_400_000;

/** Sessions of one user, and of all, at once: the oldest ends for a new one. */
const MOST_OF_USER = 20;
const MOST = 500;

/** A session's use is kept no finer than this, in milliseconds, so that reading writes nothing. */
const USE_STEP_MS = 3_600_000;

/** A session as it is kept. */
export interface KeptSession {
  /** The SHA-256 of its id, in hexadecimal digits. */
  readonly hash: string;
  readonly user: string;
  /** Which password and role it began with. */
  readonly mark: string;
  readonly beganMs: number;
  readonly usedMs: number;
}

/** All sessions. */
export class Sessions {
  #sessions = new Map<string, KeptSession>();
  readonly #now: () => number;
  readonly #onChange: () => void;

  /** `now` gives milliseconds since 1970; `onChange` is called when what is to be kept has changed. */
  constructor(now: () => number, onChange: () => void = () => undefined) {
    this.#now = now;
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Begins a session; gives its id, which is kept nowhere here. */
  begin(user: WebUser): string {
    const id = randomBytes(32).toString('base64url');
    const now = this.#now();
    const session = { hash: hashOf(id), user: user.name, mark: markOf(user), beganMs: now, usedMs: now };
    this.#sessions.set(session.hash, session);
    this.#bound((one) => one.user === user.name, MOST_OF_USER);
    this.#bound(() => true, MOST);
    this.#onChange();
    return id;
  }

  /** Whose session it is, of those who may log in now; undefined: nobody's. */
  find(id: string, users: readonly WebUser[]): WebUser | undefined {
    const session = this.#sessions.get(hashOf(id));
    if (session === undefined) return undefined;
    const user = users.find(({ name }) => name === session.user);
    const now = this.#now();
    if (user === undefined || !isAlive(session, user, now)) {
      this.#end(session.hash);
      return undefined;
    }
    if (now - session.usedMs >= USE_STEP_MS) {
      this.#sessions.set(session.hash, { ...session, usedMs: now });
      this.#onChange();
    }
    return user;
  }

  /** Ends a session. */
  end(id: string): void {
    this.#end(hashOf(id));
  }

  /** What is to be kept over a restart. */
  toKept(): KeptSession[] {
    return [...this.#sessions.values()];
  }

  /** Goes on with what was kept. */
  restore(kept: readonly KeptSession[]): void {
    this.#sessions = new Map(kept.slice(-MOST).map((session) => [session.hash, session]));
  }

  #end(hash: string): void {
    if (this.#sessions.delete(hash)) this.#onChange();
  }

  #bound(isMeant: (session: KeptSession) => boolean, most: number): void {
    const meant = this.toKept()
      .filter(isMeant)
      .toSorted((a, b) => a.usedMs - b.usedMs);
    for (const { hash } of meant.slice(0, Math.max(0, meant.length - most))) this.#sessions.delete(hash);
  }
}

function isAlive({ mark, beganMs, usedMs }: KeptSession, user: WebUser, now: number): boolean {
  // A clock that was set back makes no session younger than it is.
  const isInTime = now - usedMs < IDLE_MS && now - beganMs < LIFE_MS && beganMs <= now + IDLE_MS;
  return isInTime && mark === markOf(user);
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

/** Changes with whatever a session must not outlive. */
function markOf({ password, role, vlans }: WebUser): string {
  return createHash('sha256')
    .update(JSON.stringify([password, role, vlans]))
    .digest('hex')
    .slice(0, 32);
}
