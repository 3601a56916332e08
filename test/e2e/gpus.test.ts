import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { canFakeNvml, fakeNvml } from "../support/fake-nvml.ts";
import { fakeNvidiaSmi, isAlive, smiTable } from "../support/nvidia-smi.ts";
import {
  type JournalLine,
  journalSoFar,
  runFolders,
  startTracelet,
  temporaryFolder,
  textOf,
  tracelet,
  until,
} from "../support/tracelet.ts";

type Numbers = Readonly<Record<string, number>>;

const WAIT = "while [ ! -e go ]; do sleep 0.05; done";
const EIGHT = Array.from({ length: 8 }, (_, index) =>
  [
    `${index}.name NVIDIA H100 80GB HBM3`,
    `${index}.uuid GPU-${index}4f1b7e2a`,
    `${index}.bus ${16 * index + 1}`,
    `${index}.utilization ${90 + index}`,
    `${index}.temperature 60`,
    `${index}.power 400000`,
    `${index}.power_limit 700000`,
    `${index}.energy 1000000`,
    `${index}.memory_total 85899345920`,
    `${index}.memory_used 21474836480`,
  ].join("\n"),
).join("\n");
const CARDS = `count 8\n${EIGHT}\n`;

describe("GPUs through nvidia-smi", () => {
  test("a run samples those that its command can see, totals them, and leaves no nvidia-smi behind", async () => {
    const cwd = await temporaryFolder();
    const smi = await fakeNvidiaSmi(await smiTable("h100-8-550.54.15"));
    const env = { ...smi.env, CUDA_VISIBLE_DEVICES: "0,3,-1,5" };
    const running = startTracelet(["run", "--interval", "0.5", "--", "sh", "-c", WAIT], { cwd, env });
    await until(
      "two samples with GPUs",
      async () => samplesOf(await journalIn(cwd)).filter((sample) => sample["gpu_3_power"] !== undefined).length > 1,
    );
    await until("the machine's facts", async () => (await journalIn(cwd)).some(({ type }) => type === "machine"));
    await writeFile(join(cwd, "go"), "");
    const { code, errors } = await running.ended;
    expect(code).toBe(0);
    expect(errors).toMatch(/GPU-hours +[\d.e-]+ \(idle 0 %\), /);
    const journal = await journalIn(cwd);
    const sample = samplesOf(journal).find(({ gpu_3_power: power }) => power !== undefined);
    expect(gpusIn(sample)).toEqual(["gpu_0", "gpu_3"]);
    expect(sample).toMatchObject({ gpu_count: 8, gpu_3_visible: 1, gpu_3_power: 699.02, gpu_0_utilization: 97 });
    expect(journal.find(({ type }) => type === "machine")?.["facts"]).toMatchObject({
      gpu_0_name: "NVIDIA H100 80GB HBM3",
      gpu_3_uuid: "GPU-3932f937-d72c-4106-c12f-20bd9faed9f3",
      nvidia_driver: "550.54.15",
    });
    const [row] = JSON.parse(textOf(await tracelet(["runs", "--json"], { cwd })));
    expect(JSON.parse(textOf(await tracelet(["show", row.id, "--json"], { cwd }))).gpu).toMatchObject({
      count: 2,
      peak_memory: 71322 * 1024 ** 2,
    });
    const pid = await smi.pid();
    await until("nvidia-smi has ended", async () => pid !== undefined && !(await isAlive(pid)));
  });

  test("when the watcher is killed its nvidia-smi ends, and the next watcher has its own", async () => {
    const cwd = await temporaryFolder();
    const smi = await fakeNvidiaSmi(await smiTable("rtx3090-470.223.02"));
    const running = startTracelet(["run", "--quiet", "--interval", "0.5", "--", "sh", "-c", WAIT], {
      cwd,
      env: smi.env,
    });
    await until("a sample", async () => samplesOf(await journalIn(cwd)).length > 0);
    const first = await until("nvidia-smi prints", smi.pid);
    const watcher = (await journalIn(cwd)).findLast(({ type }) => type === "watcher")?.["pid"];
    process.kill(Number(watcher), "SIGKILL");
    await until("its nvidia-smi has ended", async () => !(await isAlive(first)));
    const next = await until("another prints", async () => {
      const pid = await smi.pid();
      return pid !== first && pid;
    });
    const before = samplesOf(await journalIn(cwd)).length;
    const after = await until("samples have the GPU again", async () =>
      samplesOf(await journalIn(cwd))
        .slice(before)
        .find((sample) => sample["gpu_0_power"] !== undefined),
    );
    expect(after).toMatchObject({ gpu_count: 1, gpu_0_power: 287.65 });
    await writeFile(join(cwd, "go"), "");
    expect((await running.ended).code).toBe(0);
    await until("the other has ended too", async () => !(await isAlive(next)));
  });

  test("one that fails is a reason in the journal, and the run goes on", async () => {
    const cwd = await temporaryFolder();
    const smi = await fakeNvidiaSmi(await smiTable("rtx3090-470.223.02"));
    await smi.write("exit", "9");
    const { code, journal } = await runUntil(cwd, smi.env, [], ({ probe }) => probe === "gpu");
    expect(code).toBe(0);
    expect(samplesOf(journal)[0]).not.toHaveProperty("gpu_count");
    expect(journal.find(({ probe }) => probe === "gpu")).toMatchObject({
      state: "failed",
      metrics: ["gpu_count"],
      reason: expect.stringContaining("nvidia-smi ended with exit status 9"),
    });
  });

  test("a snapshot has all of them, and says which a command can see", async () => {
    const smi = await fakeNvidiaSmi(await smiTable("a100-mig-535.161.07"));
    const env = { ...smi.env, CUDA_VISIBLE_DEVICES: "1" };
    const { gpu, unavailable } = JSON.parse(textOf(await tracelet(["snapshot", "--json"], { env })));
    expect(gpu).toMatchObject([
      { index: 0, name: "NVIDIA A100-SXM4-40GB", visible: 0, power: 58.44 },
      { index: 1, uuid: "GPU-6d90963d-e379-d404-2c18-116e6bf2ed40", visible: 1, utilization: 100 },
    ]);
    expect(gpu[0]).not.toHaveProperty("utilization");
    expect(unavailable.map(({ reason }: { reason: string }) => reason)).toContain(
      "nvidia-smi has no line for the MIG devices of a GPU",
    );
    const prometheus = textOf(await tracelet(["snapshot", "--format", "prometheus"], { env }));
    expect(prometheus).toContain('tracelet_gpu_power_watts{gpu="1",name="NVIDIA A100-SXM4-40GB"} 391.2');
    expect(textOf(await tracelet(["snapshot", "--format", "csv"], { env }))).toMatch(/,gpu_1_clock_sm,1350,megahertz/);
    const doctor = await tracelet(["doctor"], { env });
    expect(doctor.stdout.toString()).toMatch(/read\s+through\s+nvidia-smi\s+\(driver\s+535/);
  });
});

describe.runIf(canFakeNvml)("GPUs through NVML", () => {
  test("those on which the driver shows processes of the command are its own", async () => {
    const cwd = await temporaryFolder();
    const nvml = await fakeNvml(CARDS);
    const env = { TRACELET_NVML_LIBRARY: nvml.path, LIBRARY: nvml.path };
    const train = `{ cat "$LIBRARY.txt"; echo "2.compute $$:1048576"; } >cards; mv cards "$LIBRARY.txt"; ${WAIT}`;
    const running = startTracelet(["run", "--interval", "0.3", "--", "sh", "-c", train], { cwd, env });
    await until("a sample with the process", async () =>
      samplesOf(await journalIn(cwd)).some((sample) => sample["gpu_2_workload_processes"] === 1),
    );
    await writeFile(join(cwd, "go"), "");
    const { errors } = await running.ended;
    expect(errors).toMatch(/GPU-hours +[\d.e-]+/);
    const sample = samplesOf(await journalIn(cwd)).find((one) => one["gpu_2_workload_processes"] === 1);
    expect(sample).toMatchObject({ gpu_count: 8, gpu_2_workload_memory_used: 1048576, gpu_0_workload_processes: 0 });
    expect(gpusIn(sample)).toHaveLength(8);
  });

  test("a GPU that falls off the bus is an alert, and the others go on", async () => {
    const cwd = await temporaryFolder();
    const nvml = await fakeNvml(CARDS);
    const env = { TRACELET_NVML_LIBRARY: nvml.path, CUDA_VISIBLE_DEVICES: "0,1" };
    const running = startTracelet(["run", "--interval", "0.3", "--", "sh", "-c", WAIT], { cwd, env });
    await until("a sample", async () => samplesOf(await journalIn(cwd)).at(-1)?.["gpu_1_lost"] === 0);
    nvml.write(`${CARDS}1.nvmlDeviceGetUtilizationRates 15\n1.nvmlDeviceGetSamples 15\n`);
    await until("the alert", async () => (await journalIn(cwd)).some(({ metric }) => metric === "gpu_1_lost"));
    await until("another sample", async () => samplesOf(await journalIn(cwd)).at(-1)?.["gpu_1_lost"] === 1);
    await writeFile(join(cwd, "go"), "");
    const { errors, code } = await running.ended;
    expect(code).toBe(0);
    expect(errors).toContain("alert critical: GPU 1 is lost");
    const last = samplesOf(await journalIn(cwd)).at(-1);
    expect(last).toMatchObject({ gpu_0_utilization: 90, gpu_0_lost: 0, gpu_1_lost: 1 });
    expect(last).not.toHaveProperty("gpu_1_temperature");
    const reasons = (await journalIn(cwd)).filter(({ type }) => type === "unavailable").map(({ metrics }) => metrics);
    expect(reasons.flat()).toContain("gpu_1_temperature");
  });

  test("--gpus says which are sampled, and what is none of them is a reason", async () => {
    const nvml = await fakeNvml(CARDS);
    const env = { TRACELET_NVML_LIBRARY: nvml.path, CUDA_VISIBLE_DEVICES: "0" };
    const sampled = async (gpus: string) => {
      const cwd = await temporaryFolder();
      const isSampled = ({ metrics }: JournalLine) => Object.hasOwn(Object(metrics), "gpu_count");
      const { journal } = await runUntil(cwd, env, ["--gpus", gpus], isSampled);
      return {
        sample: samplesOf(journal).find((one) => one["gpu_count"] !== undefined),
        reasons: journal.map(({ reason }) => String(reason)),
      };
    };
    expect(gpusIn((await sampled("job")).sample)).toEqual(["gpu_0"]);
    const all = await sampled("all");
    expect(gpusIn(all.sample)).toHaveLength(8);
    expect(all.sample).toMatchObject({ gpu_0_visible: 1, gpu_7_visible: 0 });
    const some = await sampled("6,GPU-24f,12");
    expect(gpusIn(some.sample)).toEqual(["gpu_2", "gpu_6"]);
    expect(some.reasons).toContain("gpus is '6,GPU-24f,12', and '12' is none of the GPUs (0, 1, 2, 3, 4, 5, 6, 7)");
    expect(await tracelet(["run", "--gpus", "none", "--", "true"], { env })).toMatchObject({
      code: 125,
      errors: expect.stringContaining("--gpus is 'none'"),
    });
  });
});

/** Runs a command that ends when there is such a record. */
async function runUntil(
  cwd: string,
  env: Readonly<Record<string, string>>,
  flags: readonly string[],
  isThere: (record: JournalLine) => boolean,
) {
  const running = startTracelet(["run", "--quiet", "--interval", "0.3", ...flags, "--", "sh", "-c", WAIT], {
    cwd,
    env,
  });
  await until("the record", async () => (await journalIn(cwd)).some(isThere));
  await writeFile(join(cwd, "go"), "");
  const { code } = await running.ended;
  return { code, journal: await journalIn(cwd) };
}

async function journalIn(cwd: string): Promise<JournalLine[]> {
  const [folder] = await runFolders(cwd);
  return journalSoFar(folder);
}

function samplesOf(journal: readonly JournalLine[]): Numbers[] {
  return journal.filter(({ type }) => type === "sample").map(({ metrics }) => metrics as Numbers);
}

function gpusIn(sample: Numbers | undefined): string[] {
  return [...new Set(Object.keys(sample ?? {}).flatMap((key) => /^gpu_\d+/.exec(key)?.[0] ?? []))];
}
