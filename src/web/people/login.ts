// Logging in with a name and a password. The rules: one password is hashed at a time and few wait, since each takes memory and a quarter of a second; a
// name that nobody has costs the same as one that somebody has.
import { isPassword } from '../../access/password.ts';
import type { WebUser } from '../../access/web-settings.ts';
import { Turns } from '../../system/turns.ts';
import { LoginBounds } from './login-bounds.ts';
import { placeOf } from '../listener.ts';
import { WebError } from '../problem.ts';

/** Log-ins that may wait for the one before: of all, and of one address. */
const MOST_WAITING = 10;
const MOST_OF_ONE = 3;

/** Checks names and passwords. */
export class Login {
  readonly #bounds: LoginBounds;
  readonly #turns = new Turns();
  readonly #check: typeof isPassword;
  readonly #waiting: string[] = [];
  failures = 0;

  constructor(now: () => number, check: typeof isPassword = isPassword) {
    this.#bounds = new LoginBounds(now);
    this.#check = check;
  }

  /** The user with this name and password; throws a WebError where there is none, or it is tried too often. */
  async check(
    { user: name, password }: { readonly user: string; readonly password: string },
    address: string,
    users: readonly WebUser[],
  ): Promise<WebUser> {
    const from = placeOf(address);
    this.#refuseHurry(from, name);
    const ofOne = this.#waiting.filter((other) => other === from).length;
    if (this.#waiting.length >= MOST_WAITING || ofOne >= MOST_OF_ONE)
      throw new WebError('too_many', 'too many log in just now; try again in a moment', {
        'retry-after': '5',
      });
    this.#waiting.push(from);
    try {
      return await this.#turns.run(async () => {
        // Who failed while this one waited counts.
        this.#refuseHurry(from, name);
        const user = users.find((one) => one.name === name);
        if ((await this.#check(password, user?.password)) && user !== undefined) {
          this.#bounds.succeeded(from, name);
          return user;
        }
        this.failures++;
        this.#bounds.failed(from, name);
        throw new WebError('unauthenticated', 'the name or the password is not right');
      });
    } finally {
      this.#waiting.splice(this.#waiting.indexOf(from), 1);
    }
  }

  #refuseHurry(from: string, name: string): void {
    const waitMs = this.#bounds.waitMs(from, name);
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    throw new WebError('too_many', `too many log-ins have failed; try again in ${seconds} seconds`, {
      'retry-after': String(seconds),
    });
  }
}
