import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import type { OpenProbe } from "../../src/model/probe.ts";
import { isUnavailable } from "../../src/model/probe.ts";
import type { CustomProbe } from "../../src/model/settings.ts";
import { parseCustomOutput } from "../../src/probes/custom-output.ts";
import { customProbes } from "../../src/probes/custom.ts";
import { openProbes } from "../../src/probes/index.ts";
import { temporaryFolder } from "../support/tracelet.ts";
import { byKey, makeHost } from "./tree.ts";

const NOTHING = { system: false, gpu: false, disk: false, network: false, perCpu: false };
const NOBODY = { ownPids: [] };

describe("the output of a custom probe", () => {
  test.each([
    ["42\n", { "": 42 }],
    [" -1.5e3 ", { "": -1500 }],
    ["a=1\nb: 2.5\n\nc/d = 3\n", { a: 1, b: 2.5, c_d: 3 }],
    [
      '{"jobs": {"running": 3, "wait-ing": 4}, "ok": true, "host": "x", "list": [7]}',
      { jobs_running: 3, jobs_wait_ing: 4, ok: 1, list_0: 7 },
    ],
  ])("%j is %j", (text, numbers) => {
    expect(Object.fromEntries(parseCustomOutput(text))).toEqual(numbers);
  });

  test.each([
    ["", /printed nothing/],
    ["command not found", /printed 'command not found', which is no number/],
    ["a=1\nhello\n", /printed 'a=1'/],
    ["nan", /printed 'nan'/],
    ["1e999", /printed '1e999'/],
    ["{broken", /printed '{broken'/],
    ['{"a": "text"}', /no JSON object of numbers/],
    ["[1, 2]", /no JSON object/],
    ["x".repeat(100), /printed 'x{60}…'/],
    [Array.from({ length: 101 }, (_, index) => `k${index}=1`).join("\n"), /101 numbers, more than 100/],
  ])("%j is nonsense", (text, reason) => {
    expect(() => parseCustomOutput(text)).toThrow(reason);
  });
});

describe.runIf(process.platform !== "win32")("a command as a probe", () => {
  test.each([
    ["echo 7", { queue: 7 }],
    ["echo running=3; echo waiting=4", { queue_running: 3, queue_waiting: 4 }],
    [`echo '{"a": {"b": 1}}'`, { queue_a_b: 1 }],
  ])("%s gives %j", async (line, readings) => {
    expect(byKey(await (await open(command(line))).sample(NOBODY))).toEqual(readings);
  });

  test.each([
    ["echo hello", /printed 'hello'/],
    ["exit 3", /ended with exit status 3/],
    ["kill -9 $$", /was ended by SIGKILL/],
    ["yes", /printed more than 64 KiB/],
    ["sleep 60", /did not end within 0\.3 s/],
  ])("%s is a failure with a reason", async (line, reason) => {
    await expect((await open(command(line, { timeout: line === "yes" ? 5 : 0.3 }))).sample(NOBODY)).rejects.toThrow(
      reason,
    );
  });

  test("that is not there says so", async () => {
    const probe = { ...command(""), command: ["/no/such/program"] };
    await expect((await open(probe)).sample(NOBODY)).rejects.toThrow("cannot be started (ENOENT)");
  });

  test("may not take a key of tracelet's own", async () => {
    const probe = { ...command("echo percent=1"), name: "cpu" };
    await expect((await open(probe)).sample(NOBODY)).rejects.toThrow(
      "gave the key cpu_percent, which is tracelet's own",
    );
  });

  test("is killed with everything that it started", async () => {
    const marker = join(await temporaryFolder(), "alive");
    const opened = await open(command(`(sleep 1; touch ${marker}) & sleep 60`, { timeout: 0.1 }));
    await expect(opened.sample(NOBODY)).rejects.toThrow("did not end");
    await new Promise((resolve) => setTimeout(resolve, 1300));
    expect(existsSync(marker)).toBe(false);
  });

  test.each(["sleep 60 & echo 5", "sleep 60 > /dev/null & echo 5"])(
    "is over when it has ended, with what it leaves behind: %s",
    async (line) => {
      const folder = await temporaryFolder();
      const opened = await open(command(`${line}; echo $! > left`, { cwd: folder, timeout: 30 }));
      expect(byKey(await opened.sample(NOBODY))).toEqual({ queue: 5 });
      const left = (await readFile(join(folder, "left"), "utf8")).trim();
      // Whoever inherits it may take its time to wait for it.
      const state = () => readFile(`/proc/${left}/stat`, "utf8").catch(() => "gone");
      await vi.waitFor(async () => expect(await state()).toMatch(/gone|\) Z /));
    },
  );

  test("whose output something outside its group holds open is over all the same", async () => {
    const opened = await open(command("setsid sleep 3 & echo 5", { timeout: 30 }));
    const started = performance.now();
    expect(byKey(await opened.sample(NOBODY))).toEqual({ queue: 5 });
    expect(performance.now() - started).toBeLessThan(2500);
  });

  test("is waited for by nobody in a run, started again at its interval, and says the same while it keeps failing", async () => {
    const folder = await temporaryFolder();
    const [entry] = customProbes([command("echo $$ >> starts; cat number", { cwd: folder })], false);
    const { host, clock } = await makeHost();
    const opened = await entry?.probe.open(host, undefined as never);
    if (opened === undefined || isUnavailable(opened)) throw new Error("not open");
    onTestFinished(() => opened.close());
    const outcome = async () => {
      try {
        return await opened.sample(NOBODY);
      } catch (error) {
        return String(error);
      }
    };
    expect(await outcome()).toEqual([]);
    await vi.waitFor(async () => expect(await outcome()).toMatch(/ended with exit status 1/));
    expect(await outcome()).toEqual([]);
    clock.milliseconds += 10_000;
    await vi.waitFor(async () => expect(await outcome()).toMatch(/ended with exit status 1/));
    await writeFile(join(folder, "number"), "5\n");
    clock.milliseconds += 10_000;
    await vi.waitFor(async () => expect(await outcome()).toEqual([{ key: "queue", value: 5 }]));
  });
});

describe("a module as a probe", () => {
  const MODULE = `export default {
    metrics: [],
    open(host) {
      let count = 0;
      return { sample: () => [{ key: "queue_length", value: (count += 1) }, { key: "queue_bad", value: host.proc === "" ? NaN : 1 }], close() {} };
    },
  };`;

  test("has the shape of tracelet's own, and is read at its interval", async () => {
    const { host, clock } = await makeHost({ "probe.mjs": MODULE });
    const opened = await openOn(host, module(join(host.proc, "../probe.mjs")));
    expect(byKey(await opened.sample(NOBODY))).toEqual({ queue_length: 1, queue_bad: 1 });
    expect(await opened.sample(NOBODY)).toEqual([]);
    clock.milliseconds += 10_000;
    expect(byKey(await opened.sample(NOBODY))).toMatchObject({ queue_length: 2 });
  });

  test.each([
    ["export default 3;", /could not be read: its default export has no function open/],
    ["export const open = 3;", /could not be read: its default export has no function open/],
    ["export default {", /could not be read: Unexpected end of input/],
    ["export default { open: () => undefined };", /could not be read: its open gives nothing with a function sample/],
    ["export default { open() { throw 'in words'; } };", /could not be read: in words/],
    ["export default { open: () => ({ sample: () => 7 }) };", /its sample gives no list of \{ key, value \}/],
    ["export default { open: () => ({ sample: () => [null] }) };", /its sample gives no list of \{ key, value \}/],
    ["export default { open: () => ({ sample: () => Array(101) }) };", /gave 101 readings, more than 100/],
    [
      "export default { open: () => ({ sample: () => [{ key: 'a', value: Array(101).fill(1) }] }) };",
      /gave 101 numbers/,
    ],
    [
      "export default { open: () => ({ sample: () => [{ key: 'a', value: '1' }] }) };",
      /gave a a value that is neither/,
    ],
    ["export default { open: () => ({ sample: () => [{ key: 'a', value: () => 1 }] }) };", /could not be cloned/],
    ["for (;;);", /could not be read: did not answer within 0\.3 s/],
    ["process.exit(0);", /could not be read: ended its thread/],
    ["setTimeout(() => { throw new Error('stray'); }); await new Promise(() => {});", /could not be read: stray/],
    ["const all = []; for (;;) all.push(Array(1e6).fill(1));", /could not be read: .*(memory limit|did not answer)/],
    ["import 'nothing-of-this-name';", /could not be read: Cannot find package/],
    ["export default { open() { throw new Error('no licence'); } };", /could not be read: no licence/],
    ["export default { open: () => ({ state: 'unavailable', metrics: [], reason: 'no server' }) };", /no server/],
    ["export default { open: () => new Promise(() => {}) };", /could not be read: did not answer within 0\.3 s/],
    ["export default { open: () => ({ sample: () => [{ key: 'a b', value: 1 }] }) };", /gave the key 'a b'/],
    ["export default { open: () => ({ sample: () => [{ key: 'a', value: NaN }] }) };", /gave a the value NaN/],
  ])("%s touches no other probe", async (text, reason) => {
    const { host, root } = await makeHost({ "probe.mjs": text });
    const timeout = String(reason).includes("did not answer") ? 0.3 : 20;
    const set = await openProbes(host, NOTHING, customProbes([{ ...module(`${root}/probe.mjs`), timeout }], true));
    const { failures } = await set.sample(NOBODY);
    expect(failures).toMatchObject([{ probe: "custom:queue", unavailable: { state: "failed", metrics: ["queue"] } }]);
    expect(failures[0]?.unavailable.reason).toMatch(reason);
    set.close();
  });

  test("that throws where nobody waits for it fails once, and is started again", async () => {
    const { host, clock } = await makeHost({
      "probe.mjs": `setTimeout(() => { throw new Error("stray"); }, 50); ${MODULE}`,
    });
    const opened = await openOn(host, module(join(host.proc, "../probe.mjs")));
    expect(byKey(await opened.sample(NOBODY))).toMatchObject({ queue_length: 1 });
    clock.milliseconds += 10_000;
    await vi.waitFor(async () => {
      clock.milliseconds += 10_000;
      await expect(opened.sample(NOBODY)).rejects.toThrow("stray");
    });
    clock.milliseconds += 10_000;
    expect(byKey(await opened.sample(NOBODY))).toMatchObject({ queue_length: 1 });
  });

  test("closes what it has open at the end, and may fail at that", async () => {
    const { host, root } = await makeHost({
      "probe.mjs": `import { writeFileSync } from "node:fs";
        export default { open: () => ({ sample: () => [], close() { writeFileSync(new URL("closed", import.meta.url), ""); throw 1; } }) };`,
    });
    const opened = await openOn(host, module(`${root}/probe.mjs`));
    await opened.sample(NOBODY);
    opened.close();
    await vi.waitFor(() => expect(existsSync(`${root}/closed`)).toBe(true));
  });

  test("that hangs holds up no tick of a run", async () => {
    const { host, root } = await makeHost({ "probe.mjs": "export default { open: () => new Promise(() => {}) };" });
    const set = await openProbes(host, NOTHING, customProbes([{ ...module(`${root}/probe.mjs`), timeout: 60 }], false));
    expect(await set.sample(NOBODY)).toEqual({ readings: [], failures: [] });
    set.close();
  });
});

function command(line: string, more: { timeout?: number; cwd?: string } = {}): CustomProbe {
  return { name: "queue", interval: 10, timeout: 5, cwd: "/", ...more, command: ["sh", "-c", line] };
}

function module(path: string): CustomProbe {
  return { name: "queue", interval: 10, timeout: 5, cwd: "/", module: path };
}

async function open(probe: CustomProbe): Promise<OpenProbe> {
  return openOn((await makeHost()).host, probe);
}

async function openOn(host: Parameters<typeof openProbes>[0], probe: CustomProbe): Promise<OpenProbe> {
  const [entry] = customProbes([probe], true);
  const opened = await entry?.probe.open(host, undefined as never);
  if (opened === undefined || isUnavailable(opened)) throw new Error("not open");
  onTestFinished(() => opened.close());
  return opened;
}
