// What a browser keeps for the page: the language and the last choices. The rule: what is kept may be anything, or nothing may be kept.

/** Reads what is kept under a name; null where nothing is, or it cannot be read. */
export function readKept(name: string): string | null {
  try {
    return localStorage.getItem(`vlandns.${name}`);
  } catch {
    // Storage is switched off.
    return null;
  }
}

/** Keeps a text under a name, where that can be. */
export function keep(name: string, text: string): void {
  try {
    localStorage.setItem(`vlandns.${name}`, text);
  } catch {
    // Full, or switched off: the page works without.
  }
}
