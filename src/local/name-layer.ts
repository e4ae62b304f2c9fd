// Names that are not written anywhere, such as those of leases: a layer of local data that is made anew when they change, and then
// exchanged by one assignment. Nothing else has to be made anew for that.
import { isIPv4 } from 'node:net';
import { parseName } from '../dns/name-text.ts';
import { TYPE } from '../dns/numbers.ts';
import { encodeRdata } from '../dns/packet.ts';
import { LocalData } from './local-data.ts';
import type { LocalLayer } from './local-layers.ts';

/** A name with an address. */
export interface NamedAddress {
  /** One label. */
  readonly name: string;
  readonly address: string;
  readonly ttlSeconds: number;
}

/** The names of one VLAN. */
export class NameLayer implements LocalLayer {
  data = new LocalData();
  readonly from: string;
  #madeOf = '';

  constructor(vlan: string) {
    this.from = `leases of VLAN ${vlan}`;
  }

  /** Has these names below a zone from now on, with the PTR records that follow from them; nothing is done where it has them already. */
  put(zone: string, names: readonly NamedAddress[]): void {
    const madeOf = JSON.stringify([zone, names]);
    if (madeOf === this.#madeOf) return;
    this.#madeOf = madeOf;
    this.data = new LocalData(
      names.map(({ name, address, ttlSeconds }) => {
        const isFour = isIPv4(address);
        return {
          owner: parseName(`${name}.${zone}`),
          type: isFour ? TYPE.A : TYPE.AAAA,
          ttl: ttlSeconds,
          rdata: encodeRdata({ type: isFour ? 'A' : 'AAAA', data: address }),
        };
      }),
    );
  }
}

/** The layers of all VLANs, for as long as the process lives. */
export class NameLayers {
  readonly #layers = new Map<string, NameLayer>();

  /** That of a VLAN by its name; empty as long as nothing was put there. */
  of(vlan: string): NameLayer {
    const known = this.#layers.get(vlan);
    if (known !== undefined) return known;
    const made = new NameLayer(vlan);
    this.#layers.set(vlan, made);
    return made;
  }
}
