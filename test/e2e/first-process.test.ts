import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { EXECUTABLE, start, temporaryFolder, until } from "../support/tracelet.ts";

const NAMESPACE = ["--pid", "--fork", "--mount-proc", "--kill-child"];
const canBeFirst = spawnSync("unshare", [...NAMESPACE, "true"]).status === 0;
if (!canBeFirst) {
  process.stderr.write("skipped: tracelet as the first process, since no namespace can be had here (unshare --pid)\n");
}

/** Leaves processes behind whose parent has ended, and says how many of them are never waited for. */
const ORPHANS = `
import os, time

def is_left_behind(pid):
    try:
        state, parent = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[:2]
    except OSError:
        return False  # it has just gone
    return state == "Z" and parent == "1"

def left_behind():
    return [pid for pid in os.listdir("/proc") if pid.isdigit() and is_left_behind(pid)]

for _ in range(5):
    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            time.sleep(0.2)
        os._exit(0)
    os.waitpid(child, 0)
print("parent", os.getppid(), flush=True)
seen, deadline = 0, time.time() + 20
while time.time() < deadline and not (seen and not left_behind()):
    seen = max(seen, len(left_behind()))
    time.sleep(0.005)
print("at most", seen, "now", len(left_behind()))
`;

describe.skipIf(!canBeFirst)("as the first process of a container, tracelet", () => {
  const startFirst = async (command: readonly string[]) =>
    start("unshare", [...NAMESPACE, process.execPath, EXECUTABLE, "run", "--quiet", "--", ...command], {
      cwd: await temporaryFolder(),
    });

  test("waits for the processes whose parent has ended", async () => {
    const { code, stdout } = await (await startFirst(["python3", "-c", ORPHANS])).ended;
    expect([code, stdout.toString()]).toEqual([0, expect.stringMatching(/^parent 1\nat most [1-5] now 0\n$/)]);
  });

  test("has the exit status of its child, and 128 + n where a signal ended it", async () => {
    expect((await (await startFirst(["sh", "-c", "exit 7"])).ended).code).toBe(7);
    expect((await (await startFirst(["sh", "-c", "kill -TERM $$"])).ended).code).toBe(143);
  });

  test("passes on the signals that it gets", async () => {
    const child = await startFirst([
      "sh",
      "-c",
      "trap 'echo got TERM; exit 3' TERM; echo ready; while :; do sleep 0.05; done",
    ]);
    let seen = "";
    child.stdout?.on("data", (bytes: Buffer) => (seen += bytes.toString()));
    await until("the child is ready", () => seen.includes("ready"));
    // Its number out here: unshare's only child.
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "latin1");
    process.kill(Number(children), "SIGTERM");
    expect((await child.ended).code).toBe(3);
    expect(seen).toContain("got TERM");
  });
});
