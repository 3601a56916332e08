import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type Ended,
  journalSoFar,
  readOnlyJournal,
  runFolders,
  startTracelet,
  temporaryFolder,
  textOf,
  tracelet,
  until,
} from "../support/tracelet.ts";

/** What tracelet has of its own is not what these are about. */
const QUIET_RULES = ["--alert", "* off"];

/** A loss that is nan from step 3 on; it goes on until it is stopped, for half a minute at most. */
const DIVERGING = `
import time
for step in range(600):
    print(f"step {step}: loss={float('nan') if step > 2 else 1 / (step + 1)}", flush=True)
    time.sleep(0.05)
`;

const python = (script: string) => ["--", "python3", "-c", script];
const actionsIn = async (cwd: string) => (await readOnlyJournal(cwd)).filter(({ type }) => type === "action");
const linesOf = ({ errors }: Ended, word: string) => errors.split("\n").filter((line) => line.includes(word));

interface Hook {
  readonly url: string;
  readonly bodies: Record<string, unknown>[];
  readonly tries: () => number;
}

/** A server of webhooks. `answer` gets how many requests came before. */
async function hook(answer: (before: number, response: ServerResponse) => void): Promise<Hook> {
  const bodies: Record<string, unknown>[] = [];
  let tries = 0;
  const server: Server = createServer((request: IncomingMessage, response) => {
    let text = "";
    const before = tries;
    tries += 1;
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      bodies.push(JSON.parse(text) as Record<string, unknown>);
      answer(before, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/T0/secret`, bodies, tries: () => tries };
}

const withStatus = (status: number) => (_before: number, response: ServerResponse) => {
  response.statusCode = status;
  response.end("ok");
};

describe("stop", () => {
  test("ends a run whose loss is nan by TERM, and the summary names the rule", async () => {
    const cwd = await temporaryFolder();
    const ended = await tracelet(["run", "--alert", "loss is nan => stop", ...python(DIVERGING)], { cwd });
    expect([ended.code, ended.signal]).toEqual([null, "SIGTERM"]);
    expect(linesOf(ended, "alert critical")).toContain("tracelet: alert critical: loss is nan at step 3");
    expect(ended.errors).toMatch(/^ +why +the alert rule 'loss is nan' stopped it$/m);
    expect(await actionsIn(cwd)).toMatchObject([
      { rule: "loss is nan", metric: "loss", action: "stop", state: "begun" },
      { rule: "loss is nan", metric: "loss", action: "stop", state: "done", detail: "SIGTERM" },
    ]);
    const shown = JSON.parse(textOf(await tracelet(["show", "--json"], { cwd })));
    expect(shown.death.findings).toEqual([
      { cause: "stopped by a rule", text: "the alert rule 'loss is nan' stopped it" },
    ]);
  });

  test("leaves the exit status to a command that ends in its own way", async () => {
    const cwd = await temporaryFolder();
    const script = `import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(7))${DIVERGING}`;
    const ended = await tracelet(["run", ...QUIET_RULES, "--alert", "loss is nan => stop", ...python(script)], { cwd });
    expect(ended.code).toBe(7);
    expect(ended.errors).toContain("the alert rule 'loss is nan' stopped it");
  });

  test("comes too late for a command that has ended, and says so", async () => {
    const cwd = await temporaryFolder();
    const ended = await tracelet(["run", ...QUIET_RULES, "--alert", "loss is nan => stop", "--", "echo", "loss=nan"], {
      cwd,
    });
    expect(ended.code).toBe(0);
    expect(ended.errors).toContain("the stop of the alert rule 'loss is nan' failed: the command had ended\n");
    expect(ended.errors).not.toMatch(/^ +why/m);
  });
});

describe("signal", () => {
  const AWAITING = `
import os, signal, sys, time
printed = 0
def on_signal(*_):
    with open("latency", "a") as file: file.write(f"{time.time() - printed}\\n")
signal.signal(signal.SIGUSR1, on_signal)
for step in range(3): print(f"loss={step}", flush=True); time.sleep(0.4)
printed = time.time()
print("loss=nan", flush=True)
deadline = time.time() + 20
while not os.path.exists("latency") and time.time() < deadline: time.sleep(0.01)
for _ in range(5): print("loss=nan", flush=True); time.sleep(0.05)
`;

  test("reaches the command once an episode, within a second of the line", async () => {
    const cwd = await temporaryFolder();
    const ended = await tracelet(
      ["run", ...QUIET_RULES, "--alert", "loss is nan => signal USR1", ...python(AWAITING)],
      { cwd },
    );
    expect(ended.code).toBe(0);
    const latencies = (await readFile(join(cwd, "latency"), "utf8")).trim().split("\n").map(Number);
    expect(latencies).toHaveLength(1);
    expect(latencies[0]).toBeLessThan(1);
  });

  test("is not sent again by a watcher that takes over", async () => {
    const cwd = await temporaryFolder();
    const script = `
import os, signal, time
count = 0
def on_signal(*_):
    global count
    count += 1
    open(f"signal-{count}", "w").close()
signal.signal(signal.SIGUSR1, on_signal)
deadline = time.time() + 30
while not os.path.exists("go") and time.time() < deadline: print("loss=nan", flush=True); time.sleep(0.05)
print(f"signals {count}", flush=True)
`;
    const child = startTracelet(["run", ...QUIET_RULES, "--alert", "loss is nan => signal USR1", ...python(script)], {
      cwd,
    });
    const records = async (type: string) =>
      (await journalSoFar((await runFolders(cwd))[0])).filter((one) => one.type === type);
    await until("the signal", async () => (await records("action")).some(({ state }) => state === "done"));
    const [{ pid } = { pid: undefined }] = await records("watcher");
    process.kill(Number(pid), "SIGKILL");
    await until("another watcher", async () => (await records("watcher")).length === 2);
    const before = (await records("metrics")).length;
    await until("what it reads", async () => (await records("metrics")).length > before + 2);
    await writeFile(join(cwd, "go"), "");
    const ended = await child.ended;
    expect(ended.stdout.toString()).toMatch(/signals 1\n$/);
    expect((await records("alert")).filter(({ rule }) => rule === "loss is nan")).toHaveLength(1);
  });

  test("reaches a command whose wrapper was killed", async () => {
    const cwd = await temporaryFolder();
    const script = `
import os, signal, time
signal.signal(signal.SIGUSR1, lambda *_: open("saved", "w").close())
print("loss=1", flush=True)
deadline = time.time() + 30
while not os.path.exists("go") and time.time() < deadline: time.sleep(0.02)
while not os.path.exists("saved") and time.time() < deadline: print("loss=nan", flush=True); time.sleep(0.05)
`;
    const child = startTracelet(["run", ...QUIET_RULES, "--alert", "loss is nan => signal USR1", ...python(script)], {
      cwd,
    });
    await until("the first metric", async () =>
      (await journalSoFar((await runFolders(cwd))[0])).some(({ type }) => type === "metrics"),
    );
    child.kill("SIGKILL");
    await child.ended.catch(() => undefined);
    await writeFile(join(cwd, "go"), "");
    const saved = () =>
      readFile(join(cwd, "saved")).then(
        () => true,
        () => false,
      );
    expect(await until("the signal", saved)).toBe(true);
  });
});

describe("command", () => {
  test("has the alert in its environment and on stdin, and runs where the rule was written", async () => {
    const cwd = await temporaryFolder();
    await writeFile(
      join(cwd, "page.sh"),
      "#!/bin/sh\ncat > seen.json\nenv | grep ^TRACELET_ALERT > seen.env\necho noise; echo noise >&2\n",
    );
    await chmod(join(cwd, "page.sh"), 0o755);
    await writeFile(join(cwd, "tracelet.toml"), '[[alert]]\nmetric = "loss"\nabove = 3\ncommand = ["./page.sh"]\n');
    const ended = await tracelet(["run", ...QUIET_RULES, "--", "sh", "-c", "echo loss=5 step=4; sleep 1"], { cwd });
    expect([ended.code, ended.stdout.toString(), ended.errors.includes("noise")]).toEqual([
      0,
      "loss=5 step=4\n",
      false,
    ]);
    expect(JSON.parse(await readFile(join(cwd, "seen.json"), "utf8"))).toMatchObject({
      rule: "loss > 3",
      metric: "loss",
      value: 5,
      threshold: 3,
      step: 4,
      severity: "critical",
      state: "firing",
    });
    const environment = await readFile(join(cwd, "seen.env"), "utf8");
    expect(environment).toContain("TRACELET_ALERT_VALUE=5\n");
    expect(environment).toContain("TRACELET_ALERT_TEXT=loss 5 > 3 at step 4\n");
  });

  test("that hangs is killed, and one that fails is told; neither is of any interest to the child", async () => {
    const cwd = await temporaryFolder();
    const toml = (command: string) =>
      `[[alert]]\nmetric = "loss"\nabove = 3\ncommand = "${command}"\ntimeout = "300ms"\n`;
    await writeFile(join(cwd, "tracelet.toml"), toml("sleep 60"));
    const hung = await tracelet(["run", ...QUIET_RULES, "--", "sh", "-c", "echo loss=5; sleep 1"], { cwd });
    expect([hung.code, linesOf(hung, "failed:")]).toEqual([
      0,
      ["tracelet: the command of the alert rule 'loss > 3' failed: did not end within 0.3 s and was killed"],
    ]);
    await writeFile(join(cwd, "tracelet.toml"), toml("exit 4"));
    const failed = await tracelet(["run", ...QUIET_RULES, "--", "sh", "-c", "echo loss=5; sleep 1"], { cwd });
    expect([failed.code, linesOf(failed, "failed:")]).toEqual([
      0,
      ["tracelet: the command of the alert rule 'loss > 3' failed: exit status 4"],
    ]);
  });
});

describe("webhook", () => {
  const RULE = [...QUIET_RULES, "--alert", "loss > 3 => webhook"];
  const command = ["--", "sh", "-c", "echo loss=5; sleep 0.5; echo loss=1; sleep 0.5"];

  test("is sent when an episode begins and when it ends, and its address stays secret", async () => {
    const cwd = await temporaryFolder();
    const { url, bodies } = await hook(withStatus(200));
    const ended = await tracelet(["run", ...RULE, ...command], { cwd, env: { TRACELET_WEBHOOK_URL: url } });
    expect(ended.code).toBe(0);
    expect(
      bodies.map(({ state, value, severity, run }) => [state, value, severity, Object.keys(run as object)]),
    ).toEqual([
      ["firing", 5, "critical", ["id", "name", "project", "host"]],
      ["resolved", 1, "critical", ["id", "name", "project", "host"]],
    ]);
    const [folder = ""] = await runFolders(cwd);
    expect(await readFile(join(folder, "journal.jsonl"), "utf8")).not.toContain("secret");
    expect(ended.errors).not.toContain("secret");
  });

  test("speaks Slack's words", async () => {
    const cwd = await temporaryFolder();
    const { url, bodies } = await hook(withStatus(200));
    await writeFile(join(cwd, "tracelet.toml"), '[webhook]\nurl_env = "HOOK"\nformat = "slack"\n');
    await tracelet(["run", "--name", "a&b", ...RULE, "--", "sh", "-c", "echo loss=5; sleep 0.5"], {
      cwd,
      env: { HOOK: url },
    });
    expect(bodies).toEqual([
      { text: expect.stringMatching(/^critical: loss 5 &gt; 3 at step 0 \(.*\/a&amp;b on .*, run \S+\)$/) },
    ]);
  });

  test("is tried again where the server fails, and the child notices nothing", async () => {
    const cwd = await temporaryFolder();
    const { url, tries } = await hook((before, response) => withStatus(before < 2 ? 500 : 204)(before, response));
    const ended = await tracelet(["run", ...RULE, "--", "sh", "-c", "echo loss=5; sleep 0.5"], {
      cwd,
      env: { TRACELET_WEBHOOK_URL: url },
    });
    expect([ended.code, tries()]).toEqual([0, 3]);
    expect((await actionsIn(cwd)).at(-1)).toMatchObject({ state: "done", detail: "HTTP 204, at try 3" });
  });

  test.each([
    ["refuses", withStatus(404), "HTTP 404"],
    ["never answers", () => {}, "given up, no answer"],
  ])("that %s is told in one line, and changes nothing for the child", async (_, answer, detail) => {
    const cwd = await temporaryFolder();
    const { url } = await hook(answer);
    const ended = await tracelet(["run", ...RULE, "--", "sh", "-c", "echo loss=5; sleep 0.3; exit 4"], {
      cwd,
      env: { TRACELET_WEBHOOK_URL: url },
    });
    expect([ended.code, ended.stdout.toString()]).toEqual([4, "loss=5\n"]);
    expect(linesOf(ended, "failed:")).toEqual([
      expect.stringContaining(`the webhook of the alert rule 'loss > 3' failed: ${detail}`),
    ]);
    expect(ended.milliseconds).toBeLessThan(10_000);
  });

  test("that is down is given up, and named without its address", async () => {
    const cwd = await temporaryFolder();
    const env = { TRACELET_WEBHOOK_URL: "http://127.0.0.1:1/secret" };
    const ended = await tracelet(["run", ...RULE, "--", "sh", "-c", "echo loss=5"], { cwd, env });
    expect(ended.code).toBe(0);
    expect(linesOf(ended, "failed:")).toEqual([expect.stringMatching(/failed: given up, no answer \(ECONNREFUSED\)/)]);
    expect(ended.errors).not.toContain("secret");
  });
});
