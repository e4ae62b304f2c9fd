// The plain way to say which rules stand on a name's path; the trie has to agree with it.

/** Rules by name, in the simplest form that can be right. */
export class RuleModel {
  /** Name → `source:kind` → line of the first such rule. */
  readonly rules = new Map<string, Map<string, number>>();

  add(name: string, source: number, kind: number, line: number): void {
    const there = this.rules.get(name) ?? new Map<string, number>();
    const key = `${source}:${kind}`;
    if (!there.has(key)) there.set(key, line);
    this.rules.set(name, there);
  }

  /** The rules on the path of a name from the top-level domain down, each as `depth source:kind`, sorted in a level. */
  match(name: string): string[] {
    const labels = name.split('.');
    const found: string[] = [];
    for (let depth = 1; depth <= labels.length; depth++) {
      const there = this.rules.get(labels.slice(-depth).join('.'));
      if (there !== undefined) found.push(...[...there.keys()].map((key) => `${depth} ${key}`).toSorted());
    }
    return found;
  }
}

/** Numbers that look random and are the same in every run (mulberry32). */
export function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** ASCII text to wire form, without any checks. */
export function toWire(name: string): Uint8Array {
  const octets: number[] = [];
  for (const label of name.split('.')) octets.push(label.length, ...Buffer.from(label, 'latin1'));
  octets.push(0);
  return Uint8Array.from(octets);
}
