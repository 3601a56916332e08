import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linesOf } from "../../src/watch/last-output.ts";
import { parseKernelKills } from "../../src/watch/kernel-kills.ts";
import { type Evidence, whyItDied } from "../../src/watch/why-it-died.ts";

const KILLED = { status: "killed", ended: 1000, signal: "SIGKILL" } as const;
const FAILED = { status: "failed", ended: 1000, exitCode: 1 } as const;

const causes = (evidence: Partial<Evidence>) =>
  whyItDied({ end: FAILED, series: {}, output: [], ...evidence })?.findings.map(({ cause }) => cause);
const text = (evidence: Partial<Evidence>) =>
  whyItDied({ end: FAILED, series: {}, output: [], ...evidence })?.findings[0]?.text;

describe("a death for want of memory", () => {
  test("is supported by the counter of the control group", () => {
    const series = { container_memory_limit: 8 * 1024 ** 3 };
    expect(text({ end: KILLED, containerKills: 1, series })).toBe(
      "the kernel killed it for memory: the container's limit of 8 GiB was reached (oom_kill +1)",
    );
    expect(text({ containerKills: 2 })).toMatch(/^the kernel killed 2 of the container's processes for memory/);
  });

  test("is supported by the counter of the machine only together with KILL", () => {
    expect(causes({ end: KILLED, machineKills: 1 })).toEqual(["out of memory"]);
    expect(causes({ end: { ...FAILED, exitCode: 137 }, machineKills: 1 })).toEqual(["out of memory"]);
    expect(causes({ machineKills: 3 })).toEqual(["unknown"]);
  });

  test("is not supported by KILL or 137 alone", () => {
    expect(causes({ end: KILLED, containerKills: 0, machineKills: 0 })).toEqual(["signal"]);
    expect(text({ end: KILLED, machineKills: 0 })).toBe(
      "a signal from outside: SIGKILL; the kernel killed nobody for memory",
    );
    expect(text({ end: { ...FAILED, exitCode: 137 } })).toBe(
      "exit status 137: by itself, or because SIGKILL ended a program below it",
    );
  });
});

test("places that are full are found without a word of the output", () => {
  expect(causes({ series: { disk_free: 0 } })).toEqual(["disk full"]);
  expect(causes({ series: { shm_percent: 99.5, disk_free: 1e9 } })).toEqual(["shared memory full"]);
  expect(text({ end: { status: "killed", ended: 1, signal: "SIGBUS" }, series: { shm_percent: 40 } })).toMatch(
    /^a bus error/,
  );
});

test("every thing that the output says is told once, the rule that stopped it first", () => {
  const output = [
    "RuntimeError: CUDA out of memory. Tried",
    "CUDA out of memory",
    "[Errno 28] No space left on device",
  ];
  expect(causes({ output, stoppedBy: "loss is nan", series: { disk_free: 0 } })).toEqual([
    "stopped by a rule",
    "out of GPU memory",
    "disk full",
  ]);
});

test("a launcher's many lines behind a traceback do not hide what it said", () => {
  const output = [
    "torch.OutOfMemoryError: CUDA out of memory.",
    ...Array.from({ length: 50 }, (_, index) => `E1122 ${index} torchrun`),
  ];
  expect(causes({ output })).toEqual(["out of GPU memory"]);
});

test("of nested tracebacks the last error is told", () => {
  const output = [
    "Traceback (most recent call last):",
    '  File "a.py", line 1, in <module>',
    "KeyError: 'x'",
    "",
    "During handling of the above exception, another exception occurred:",
    "Traceback (most recent call last):",
    '  File "a.py", line 3, in <module>',
    "lib.errors.ShapeError: 3 is not 4",
  ];
  const death = whyItDied({ end: FAILED, series: {}, output });
  expect(death?.findings[0]?.text).toBe("it ended with an error: lib.errors.ShapeError: 3 is not 4");
  expect(death?.output).toEqual(output.slice(5));
});

test("whatever the evidence is, something is said of a failure, in bounded words, and nothing of a success", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 2000 }), { maxLength: 200 }),
      fc.integer({ min: 1, max: 255 }),
      (output, exitCode) => {
        const death = whyItDied({ end: { ...FAILED, exitCode }, series: {}, output });
        expect(death?.findings.length).toBeGreaterThan(0);
        expect(JSON.stringify(death).length).toBeLessThan(40_000);
        expect(whyItDied({ end: { status: "finished", ended: 1, exitCode: 0 }, series: {}, output })).toBeUndefined();
      },
    ),
  );
});

test("output is read as people saw it", () => {
  expect(linesOf("\u001b[31mred\u001b[0m\r\n10%\r50%\r100%\n\n\u001b]0;title\u0007last")).toEqual([
    "red",
    "100%",
    "last",
  ]);
});

test("the kernel's counter is read where there is one", () => {
  expect([
    parseKernelKills("pgfault 3\noom_kill 2\ndrop 1\n"),
    parseKernelKills(""),
    parseKernelKills("oom_kill x"),
  ]).toEqual([2, undefined, undefined]);
});
