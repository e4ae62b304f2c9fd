// When to look at the interfaces. The rule: soon after news, but never more than a few times a second, however much news
// there is; and by the clock in any case, since news may be missed. Pure.

/** The pause from news to a look, in milliseconds, so that a burst is one look; how often it stays so; the most it doubles to. */
const SOON_MS = 50;
const SOON_TIMES = 6;
const MOST_MS = 500;

/** After this long without news, in milliseconds, the pause is short again. */
const QUIET_MS = 2000;

/** Between two looks by the clock, in milliseconds: where news comes and all is well, and where not. */
const SLOW_MS = 10_000;
const FAST_MS = 2000;

/** The pace of looks at the interfaces. */
export class LookPace {
  #looks = 0;
  #newsMs = -Infinity;

  /** How long to wait after news that came at `nowMs`, where no look is due yet; longer while news goes on. */
  afterNews(nowMs: number): number {
    if (nowMs - this.#newsMs > QUIET_MS) this.#looks = 0;
    this.#newsMs = nowMs;
    this.#looks++;
    return Math.min(SOON_MS * 2 ** Math.max(0, this.#looks - SOON_TIMES), MOST_MS);
  }
}

/** How long to wait for the next look by the clock, in milliseconds. */
export function restMs({ hasNews, isWell }: { hasNews: boolean; isWell: boolean }): number {
  return hasNews && isWell ? SLOW_MS : FAST_MS;
}
