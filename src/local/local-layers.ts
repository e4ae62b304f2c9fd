// What the clients of one VLAN see of local data: several bodies of it, one before the other. The rule: they are as one zone in
// which the first that has a name hides what the others have of that very name; nothing is copied, and looking up allocates nothing.
import type { NameView } from '../dns/name-view.ts';
import { ABSENT } from './local-data.ts';
import type { LocalData, LocalNames, LocalNode } from './local-data.ts';

/** One body of local data, and in words for people where it was read: `records or hosts of VLAN kids`. */
export interface LocalLayer {
  /** May be exchanged for another, whole. */
  readonly data: LocalData;
  readonly from: string;
}

/** Local data in layers, the one that wins first. */
export class LocalLayers implements LocalNames {
  readonly layers: readonly LocalLayer[];
  /** That of the only layer, where there is one, which is never exchanged: most VLANs have nothing of their own, and pay nothing for those that have. */
  readonly #only: LocalData | undefined;
  /** The layer in which #locate() found the name. */
  #found = 0;

  constructor(layers: readonly LocalLayer[]) {
    this.layers = layers;
    this.#only = layers.length === 1 ? layers[0]?.data : undefined;
  }

  /** Where that was read which a name has; undefined where it is none of ours. */
  fromOf(name: NameView): string | undefined {
    return this.#locate(name) === ABSENT ? undefined : this.layers[this.#found]?.from;
  }

  find(name: NameView): LocalNode | undefined {
    if (this.#only !== undefined) return this.#only.find(name);
    const node = this.#locate(name);
    return node === ABSENT ? undefined : this.layers[this.#found]!.data.nodeAt(node);
  }

  ownerOf(name: NameView): Uint8Array | undefined {
    const node = this.#locate(name);
    return node === ABSENT ? undefined : this.layers[this.#found]!.data.ownerAt(node);
  }

  exists(name: NameView): boolean {
    const { layers } = this;
    for (let at = 0; at < layers.length; at++) if (layers[at]!.data.exists(name)) return true;
    return false;
  }

  /** The node of a name in the layer `#found`; RFC 4592 section 3.3.1 over all layers: a name of any of them ends what wildcards cover. */
  #locate(name: NameView): number {
    const { layers } = this;
    let hasWildcards = false;
    for (let at = 0; at < layers.length; at++) {
      const layer = layers[at]!.data;
      const node = layer.locateExact(name);
      this.#found = at;
      if (node !== ABSENT) return node;
      hasWildcards ||= layer.hasWildcards;
    }
    return hasWildcards && !this.exists(name) ? this.#locateWildcard(name) : ABSENT;
  }

  #locateWildcard(name: NameView): number {
    const { layers } = this;
    let closest = name.labelCount;
    for (let at = 0; at < layers.length; at++)
      closest = Math.min(closest, layers[at]!.data.closestLabel(name));
    for (let at = 0; at < layers.length; at++) {
      const node = layers[at]!.data.locateWildcard(name, closest);
      this.#found = at;
      if (node !== ABSENT) return node;
    }
    return ABSENT;
  }
}
