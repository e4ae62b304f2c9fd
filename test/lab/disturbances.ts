// Trials under load: links and addresses that come and go, the worker killed, the configuration changed, the upstream cut.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Household } from './household.ts';
import { under } from './trial.ts';
import type { Running, Trial } from './trial.ts';

const cableOut: Trial = {
  name: 'cable out and in again',
  run: ({ house }) => {
    const { clients } = house.vlan('kids');
    return under(house, {
      tried: cableOut.name,
      touched: { kids: {} },
      settleMs: 3000,
      async disturb() {
        clients.ip('link set eth0 down');
        await sleep(1500);
        clients.ip('link set eth0 up');
        return now();
      },
    });
  },
};

const interfaceDown: Trial = {
  name: 'interface of the VM down and up',
  run: ({ house }) => {
    const kids = house.vlan('kids');
    return under(house, {
      tried: interfaceDown.name,
      touched: { kids: { server: `${kids.six}::1` } },
      settleMs: 3000,
      async disturb() {
        // Linux takes the IPv6 addresses away with it.
        house.vm.ip(`link set ${kids.interface} down`);
        await sleep(1500);
        house.vm.ip(`link set ${kids.interface} up`);
        house.vm.ip(`-6 address add ${kids.six}::1/64 dev ${kids.interface} nodad`);
        return now();
      },
    });
  },
};

const flapping: Trial = {
  name: 'link that flaps 20 times',
  run: ({ house }) => {
    const { clients } = house.vlan('kids');
    return under(house, {
      tried: flapping.name,
      touched: { kids: {} },
      settleMs: 3000,
      async disturb() {
        for (let flaps = 0; flaps < 20; flaps++) {
          clients.ip('link set eth0 down');
          await sleep(75);
          clients.ip('link set eth0 up');
          await sleep(75);
        }
        return now();
      },
    });
  },
};

const newAddress: Trial = {
  name: 'IPv4 address changed',
  run: ({ house }) => {
    const { interface: link, four } = house.vlan('kids');
    return under(house, {
      tried: newAddress.name,
      touched: { kids: { server: `${four}.2` } },
      settleMs: 3500,
      async disturb() {
        // The first of a subnet would take the others with it.
        house.vm.ip(`address delete ${four}.1/24 dev ${link}`);
        house.vm.ip(`address add ${four}.2/24 dev ${link}`);
        return now();
      },
    }).finally(() => {
      house.vm.ip(`address delete ${four}.2/24 dev ${link}`);
      house.vm.ip(`address add ${four}.1/24 dev ${link}`);
    });
  },
};

const newPrefix: Trial = {
  name: 'IPv6 prefix changed',
  run: ({ house }) => {
    const { interface: link, six, clients } = house.vlan('kids');
    const other = six.replace(/:1$/, ':2');
    clients.ip(`-6 address add ${other}::9/64 dev eth0 nodad`);
    return under(house, {
      tried: newPrefix.name,
      touched: { kids: { server: `${other}::1` } },
      settleMs: 3500,
      async disturb() {
        house.vm.ip(`-6 address add ${other}::1/64 dev ${link} nodad`);
        house.vm.ip(`-6 address delete ${six}::1/64 dev ${link}`);
        return now();
      },
    }).finally(() => {
      house.vm.ip(`-6 address add ${six}::1/64 dev ${link} nodad`);
      house.vm.ip(`-6 address delete ${other}::1/64 dev ${link}`);
      clients.ip(`-6 address delete ${other}::9/64 dev eth0`);
    });
  },
};

const lateInterface: Trial = {
  name: 'interface that comes late',
  run: ({ house }) => {
    const guests = house.vlan('guests');
    return under(house, {
      tried: lateInterface.name,
      touched: { guests: {} },
      settleMs: 3500,
      async disturb() {
        house.plugIn(guests);
        return now();
      },
    });
  },
};

const workerKilled: Trial = {
  name: 'worker killed',
  run: (running) =>
    under(running.house, {
      tried: workerKilled.name,
      touched: Object.fromEntries(running.house.vlans.map(({ name }) => [name, {}])),
      settleMs: 4000,
      async disturb() {
        const [worker] = workersOf(running);
        if (worker === undefined) throw new Error('there is no worker');
        process.kill(worker, 'SIGKILL');
        return now();
      },
    }),
};

const reload: Trial = {
  name: 'reload, ten times',
  run: ({ house }) =>
    under(house, {
      tried: reload.name,
      touched: {},
      settleMs: 500,
      async disturb() {
        for (let times = 0; times < 10; times++) {
          house.configure(`new${times}.example`);
          const { status, stderr } = house.vlandns('reload');
          if (status !== 0) throw new Error(`reload failed: ${stderr}`);
        }
        house.configure();
        house.vlandns('reload');
        return now();
      },
    }),
};

const renamed: Trial = {
  name: 'VLAN renamed by reload, six times',
  run: ({ house }) =>
    under(house, {
      tried: renamed.name,
      touched: {},
      settleMs: 500,
      async disturb() {
        for (const name of ['visitors', 'guests', 'visitors', 'guests', 'visitors', 'guests']) {
          house.configure('', name);
          const { status, stderr } = house.vlandns('reload');
          if (status !== 0) throw new Error(`reload failed: ${stderr}`);
        }
        return now();
      },
    }),
};

const upstreamCut: Trial = {
  name: 'upstream cut for 3 s; only kids ask for new names',
  run: ({ house }) =>
    under(house, {
      tried: upstreamCut.name,
      touched: { kids: { names: ['k*.example.com'] } },
      elsewhere: ['www.example.org', 'ads.example', 'a.example.net'],
      settleMs: 4000,
      async disturb() {
        await cutFor(house, 3000);
        return now();
      },
    }),
};

async function cutFor(house: Household, ms: number): Promise<void> {
  house.vm.ip('link set wan0 down');
  await sleep(ms);
  house.vm.ip('link set wan0 up');
}

/** Disturbances in the order in which they are tried. */
export const disturbances: readonly Trial[] = [
  lateInterface,
  cableOut,
  interfaceDown,
  flapping,
  newAddress,
  newPrefix,
  reload,
  renamed,
  workerKilled,
  upstreamCut,
];

/** The children of the daemon, of which the worker is the only one. */
function workersOf({ daemon }: Running): number[] {
  const { pid } = daemon;
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
