import { describe, expect, test } from "vitest";

import type { Host } from "../../src/model/probe.ts";
import { isUnavailable } from "../../src/model/probe.ts";
import { network, parseNetDev } from "../../src/probes/network.ts";
import { createInterfaceFilter } from "../../src/probes/network-interfaces.ts";
import { byKey, fixtureHost, makeHost } from "./tree.ts";

const HEAD = "Inter-|   Receive  |  Transmit\n face |bytes    packets errs|bytes\n";

describe("parsing /proc/net/dev", () => {
  test.each(["", HEAD, "garbage", "  eth0: 1 2 3\n", "  eth0: a b 0 0 0 0 0 0 c d 0 0 0 0 0 0\n"])(
    "%j has no interfaces",
    (text) => {
      expect(parseNetDev(text).size).toBe(0);
    },
  );

  test("a number may follow the colon at once, and further columns are ignored", () => {
    const text = `${HEAD}  eth0:1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0 99\neth0:1: 5 6 0 0 0 0 0 0 7 8\n`;
    expect(Object.fromEntries(parseNetDev(text))).toEqual({ eth0: [1, 2, 3, 4], "eth0:1": [5, 6, 7, 8] });
  });
});

describe("network", () => {
  test("bonded ports count once, and nothing that is built on them", async () => {
    // eno1, eno2 and ib0
    expect(await read(fixtureHost("bonded-network"))).toEqual({
      network_bytes_recv: 1000 + 3000 + 50000,
      network_packets_recv: 10 + 30 + 50,
      network_bytes_sent: 2000 + 4000 + 60000,
      network_packets_sent: 20 + 40 + 60,
    });
  });

  test("a virtual machine's interface counts", async () => {
    expect(await read(fixtureHost("vm"))).toMatchObject({ network_packets_recv: expect.any(Number) });
  });

  test("a container's interface is no device and counts all the same", async () => {
    expect(await read(fixtureHost("container"))).toMatchObject({
      network_bytes_recv: 1502311,
      network_bytes_sent: 90210,
    });
  });

  test("a network namespace with loopback only gives a reason", async () => {
    const { host } = await makeHost({ "proc/net/dev": `${HEAD}    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n` });
    expect(await network.open(host)).toMatchObject({ state: "unavailable" });
  });
});

describe("choosing interfaces", () => {
  test("without sysfs, names that are known to be virtual are left out", async () => {
    const { host } = await makeHost();
    const choose = createInterfaceFilter(host.sys);
    expect(choose(["lo", "eth0", "docker0", "veth12", "wg0"])).toEqual(["eth0"]);
  });

  test("the lower half of a failover pair in a cloud is in the upper one already", async () => {
    const net = "sys/class/net";
    const { host, root } = await makeHost({ [`${net}/eth0/device/id`]: "", [`${net}/enP1s1/device/id`]: "" });
    const { symlink } = await import("node:fs/promises");
    await symlink("../eth0", `${root}/${net}/enP1s1/master`);
    expect(createInterfaceFilter(host.sys)(["lo", "eth0", "enP1s1"])).toEqual(["eth0"]);
  });

  test("an interface that appears later is looked at", async () => {
    const { host, write } = await makeHost({ "sys/class/net/eth0/device/id": "" });
    const choose = createInterfaceFilter(host.sys);
    expect(choose(["eth0"])).toEqual(["eth0"]);
    await write("sys/class/net/eth1/device/id", "");
    expect(choose(["eth0", "eth1"])).toEqual(["eth0", "eth1"]);
  });
});

async function read(host: Host) {
  const opened = await network.open(host);
  if (isUnavailable(opened)) throw new Error(opened.reason);
  return byKey(await opened.sample({ ownPids: [] }));
}
