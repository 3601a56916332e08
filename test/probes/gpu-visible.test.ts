import { assert, integer, property, string, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";

import type { GpuIdentity } from "../../src/probes/gpu-identity.ts";
import { namedGpus, visibleGpus } from "../../src/probes/gpu-visible.ts";

const nvidia = (index: number, name = "NVIDIA H100"): GpuIdentity => ({
  index,
  vendor: "nvidia",
  name,
  uuid: `GPU-${index}${index}aa0000-0000-0000-0000-00000000000${index}`,
});
const amd = (index: number): GpuIdentity => ({ index, vendor: "amd", uuid: `GPU-abcdef000000000${index}` });
const mig = (gpu: number, part: number): GpuIdentity => ({
  index: gpu,
  vendor: "nvidia",
  uuid: `MIG-${gpu}${part}bb0000-0000-0000-0000-000000000000`,
  migOf: gpu,
  migIndex: part,
});
const FOUR = [0, 1, 2, 3].map((index) => nvidia(index));
const WITH_MIG = [nvidia(0), mig(0, 0), mig(0, 1), nvidia(1)];
const MIXED = [nvidia(0, "NVIDIA GeForce GT 1030"), nvidia(1, "NVIDIA H100"), nvidia(2, "NVIDIA H100")];
const PCI = { CUDA_DEVICE_ORDER: "PCI_BUS_ID" };

/** `0` for a GPU, `0:1` for a MIG device in it. */
function seen(devices: readonly GpuIdentity[], env: Record<string, string>): string[] {
  return namesOf(visibleGpus(devices, env).devices);
}

function namesOf(devices: Iterable<GpuIdentity>): string[] {
  return [...devices]
    .map(({ index, migIndex }) => (migIndex === undefined ? `${index}` : `${index}:${migIndex}`))
    .sort();
}

describe("what CUDA leaves to a command", () => {
  test.each([
    ["0", ["0"]],
    ["2,0", ["0", "2"]],
    [" 1 , 3 ", ["1", "3"]],
    ["", []],
    ["-1", []],
    ["NoDevFiles", []],
    ["1,-1,2", ["1"]],
    ["1,x,2", ["1"]],
    ["1,9,2", ["1"]],
    ["9", []],
    ["1gpu,2ampere", ["1", "2"]],
    ["+1", ["1"]],
    ["1,1", []],
    ["0,1,0", []],
    ["0,GPU-22aa", ["0"]],
    ["GPU-22aa", ["2"]],
    ["GPU-22aa0000-0000-0000-0000-000000000002,GPU-0", ["0", "2"]],
    ["gpu-22aa", []],
    ["GPU-", []],
    ["GPU-ff,GPU-22aa", []],
    ["GPU-22aa,1", ["2"]],
    ["GPU-22aa,GPU-22", []],
  ])("CUDA_VISIBLE_DEVICES=%j leaves %j of four", (list, left) => {
    expect(seen(FOUR, { CUDA_VISIBLE_DEVICES: list })).toEqual(left);
    expect(visibleGpus(FOUR, { CUDA_VISIBLE_DEVICES: list }).isRestricted).toBe(true);
  });

  test.each([
    ["0", ["0", "0:0", "0:1"]],
    ["1", ["1"]],
    ["MIG-01bb0000-0000-0000-0000-000000000000", ["0", "0:1"]],
    ["MIG-00bb,MIG-01", ["0", "0:0", "0:1"]],
    ["MIG-ff", []],
    ["MIG-GPU-00aa0000-0000-0000-0000-000000000000/7/0", ["0", "0:0", "0:1"]],
    ["MIG-00bb,GPU-11aa", ["0", "0:0"]],
  ])("CUDA_VISIBLE_DEVICES=%j leaves %j of a GPU with two MIG devices and one without", (list, left) => {
    expect(seen(WITH_MIG, { CUDA_VISIBLE_DEVICES: list })).toEqual(left);
  });

  test("a MIG device that nothing shows leaves all in doubt", () => {
    const { devices, isRestricted, doubt } = visibleGpus(FOUR, { CUDA_VISIBLE_DEVICES: "MIG-5c89852c" });
    expect(devices.size).toBe(4);
    expect(isRestricted).toBe(false);
    expect(doubt).toContain("MIG-5c89852c");
  });

  test("numbers mean nothing known where the fastest of unlike GPUs comes first", () => {
    const { devices, isRestricted, doubt } = visibleGpus(MIXED, { CUDA_VISIBLE_DEVICES: "0" });
    expect([devices.size, isRestricted]).toEqual([3, false]);
    expect(doubt).toContain("CUDA_VISIBLE_DEVICES=0");
    expect(visibleGpus(MIXED, { CUDA_VISIBLE_DEVICES: "2,1,0" })).toMatchObject({ isRestricted: true });
    expect(visibleGpus(MIXED, { CUDA_VISIBLE_DEVICES: "-1" })).toMatchObject({ isRestricted: true });
    expect(seen(MIXED, { CUDA_VISIBLE_DEVICES: "0", ...PCI })).toEqual(["0"]);
    expect(seen(MIXED, { CUDA_VISIBLE_DEVICES: "GPU-11" })).toEqual(["1"]);
  });

  test("whatever is in the list, nothing is left that is not there, and a list of indices leaves those before the first wrong one", () => {
    assert(
      property(string(), (list) => {
        const { devices } = visibleGpus(FOUR, { CUDA_VISIBLE_DEVICES: list });
        expect([...devices].every((device) => FOUR.includes(device))).toBe(true);
      }),
    );
    assert(
      property(uniqueArray(integer({ min: -2, max: 6 })), (numbers) => {
        const end = numbers.findIndex((number) => number < 0 || number > 3);
        const good = end === -1 ? numbers : numbers.slice(0, end);
        expect(seen(FOUR, { CUDA_VISIBLE_DEVICES: numbers.join(",") })).toEqual(good.map(String).sort());
      }),
    );
  });
});

describe("what a container was given", () => {
  test.each([
    ["all", 4, false],
    ["void", 4, false],
    ["none", 4, false],
    ["", 4, false],
    ["/var/run/nvidia-container-devices", 4, false],
    ["0,1", 2, true],
    ["GPU-33aa0000-0000-0000-0000-000000000003", 1, true],
    ["4,5,6,7", 4, false],
    ["0,7", 4, false],
  ])("NVIDIA_VISIBLE_DEVICES=%j leaves %i of the four that the driver shows", (list, count, isRestricted) => {
    const visible = visibleGpus(FOUR, { NVIDIA_VISIBLE_DEVICES: list });
    expect([visible.devices.size, visible.isRestricted]).toEqual([count, isRestricted]);
  });

  test("CUDA's numbers count among them", () => {
    expect(seen(FOUR, { NVIDIA_VISIBLE_DEVICES: "2,3", CUDA_VISIBLE_DEVICES: "1" })).toEqual(["3"]);
  });
});

describe("what ROCm leaves to a command", () => {
  const three = [amd(0), amd(1), amd(2)];

  test.each([
    [{ ROCR_VISIBLE_DEVICES: "0,2" }, ["0", "2"]],
    [{ ROCR_VISIBLE_DEVICES: "GPU-ABCDEF0000000001,5,0" }, ["1"]],
    [{ HIP_VISIBLE_DEVICES: "2" }, ["2"]],
    [{ ROCR_VISIBLE_DEVICES: "1,2", HIP_VISIBLE_DEVICES: "1" }, ["2"]],
    [{ CUDA_VISIBLE_DEVICES: "1" }, ["1"]],
    [{ HIP_VISIBLE_DEVICES: "-1" }, []],
    [{ ROCR_VISIBLE_DEVICES: "" }, []],
  ] as [Record<string, string>, string[]][])("%j leaves %j of three", (env, left) => {
    expect(seen(three, env)).toEqual(left);
    expect(visibleGpus(three, env).isRestricted).toBe(true);
  });

  test("CUDA's list is none of its business beside NVIDIA's GPUs", () => {
    expect(seen([nvidia(0), nvidia(1), amd(2)], { CUDA_VISIBLE_DEVICES: "1" })).toEqual(["1", "2"]);
  });
});

test("without a word in the environment all can be seen", () => {
  expect(visibleGpus(FOUR, {})).toEqual({ devices: new Set(FOUR), isRestricted: false });
  expect(visibleGpus([], { CUDA_VISIBLE_DEVICES: "0" })).toEqual({ devices: new Set(), isRestricted: false });
});

test("the user's own list has numbers, UUIDs as far as they tell, and MIG devices", () => {
  const of = (...names: string[]) => {
    const { devices, unknown } = namedGpus(WITH_MIG, names);
    return [namesOf(devices), unknown];
  };
  expect(of("1")).toEqual([["1"], []]);
  expect(of("0:1", "gpu-11")).toEqual([["0", "0:1", "1"], []]);
  expect(of("0", "7", "x", "GPU-")).toEqual([
    ["0", "0:0", "0:1"],
    ["7", "x", "GPU-"],
  ]);
});
