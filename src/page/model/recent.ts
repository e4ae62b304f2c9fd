// The last grants and denials of this browser, so that the usual one is a tap: kept as a text that may say anything. Pure.

/** A grant or a denial as it was made. */
export interface Recent {
  readonly kind: 'grant' | 'deny';
  readonly vlan: string;
  /** As the API takes it, and what it is called. */
  readonly who: string;
  readonly label: string;
  readonly what: string;
  readonly minutes: number;
}

/** At most this many are kept, and offered for a VLAN. */
const MOST_KEPT = 12;
const MOST_OFFERED = 3;
const MOST_CHARACTERS = 200;
const MOST_MINUTES = 1440;

/** Reads what is kept; what is not understood is left out. */
export function toRecents(text: string | null): Recent[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isRecent).slice(0, MOST_KEPT) : [];
  } catch {
    // Not ours, or cut off.
    return [];
  }
}

function isRecent(value: unknown): value is Recent {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const minutes = fields.get('minutes');
  return (
    ['grant', 'deny'].includes(String(fields.get('kind'))) &&
    typeof minutes === 'number' &&
    Number.isInteger(minutes) &&
    minutes > 0 &&
    minutes <= MOST_MINUTES &&
    ['vlan', 'who', 'label', 'what'].every((key) => isShortText(fields.get(key)))
  );
}

function isShortText(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MOST_CHARACTERS;
}

/** With one more, the newest first; the same one is not there twice. */
export function withRecent(recents: readonly Recent[], recent: Recent): Recent[] {
  return [recent, ...recents.filter((other) => !isSame(other, recent))].slice(0, MOST_KEPT);
}

function isSame(a: Recent, b: Recent): boolean {
  return (
    a.kind === b.kind && a.who === b.who && a.what === b.what && a.minutes === b.minutes && a.vlan === b.vlan
  );
}

/** What is offered for a VLAN: the last ones, and before there are any what its allowance is for. */
export function offeredFor(
  vlan: string,
  recents: readonly Recent[],
  allowances: readonly { readonly vlan: string; readonly what: string; readonly secondsLeft: number }[],
): Recent[] {
  const own = recents.filter((recent) => recent.vlan === vlan);
  const allowed = allowances
    .filter(
      (allowance) =>
        allowance.vlan === vlan && allowance.what !== 'everything' && allowance.secondsLeft >= 60,
    )
    .map(({ what, secondsLeft }): Recent => {
      const minutes = Math.min(30, Math.floor(secondsLeft / 60));
      return { kind: 'grant', vlan, who: `vlan:${vlan}`, label: vlan, what, minutes };
    });
  const usual = allowed.filter(
    ({ what }, index) => allowed.findIndex((other) => other.what === what) === index,
  );
  return [...own, ...usual.filter(({ what }) => !own.some((recent) => recent.what === what))].slice(
    0,
    MOST_OFFERED,
  );
}
