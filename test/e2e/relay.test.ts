import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { EXECUTABLE, runFolders, start, startTracelet, temporaryFolder, tracelet, until } from "../support/tracelet.ts";

const echoArguments = ["node", "-e", "process.stdout.write(JSON.stringify(process.argv.slice(1)))", "--"];

describe("what stands behind --", () => {
  test.each([
    [["--lr", "1", "--eps", "1"]],
    [["", "a b", "--", "--", "-x"]],
    [["--help", "--json", "--version", "-h"]],
    [["--interval", "nonsense", "--name", "x", "--name", "x"]],
    [["$HOME", "*", "'quoted'", '"double"', "new\nline", "é–✓"]],
  ])("reaches the child as typed: %j", async (words) => {
    const { code, stdout } = await tracelet(["run", "--", ...echoArguments, ...words], {
      cwd: await temporaryFolder(),
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout.toString())).toEqual(words);
  });
});

describe("the child's output", () => {
  test("comes through byte for byte on its own stream, and is kept", async () => {
    const cwd = await temporaryFolder();
    const bytes = Buffer.concat([randomBytes(300_000), Buffer.from([0xff, 0xfe, 0x00, 0x0d])]);
    await writeFile(join(cwd, "bytes"), bytes);
    const ended = await tracelet(["run", "--quiet", "--", "sh", "-c", "cat bytes; cat bytes bytes >&2"], { cwd });
    expect(ended.code).toBe(0);
    expect(digest(ended.stdout)).toBe(digest(bytes));
    expect(digest(ended.stderr)).toBe(digest(Buffer.concat([bytes, bytes])));
    const [folder = ""] = await runFolders(cwd);
    expect((await readFile(join(folder, "output.log"))).length).toBe(3 * bytes.length);
  });

  test("of a child that only writes to stderr is all there is on stderr with --quiet", async () => {
    const ended = await tracelet(["run", "--quiet", "--", "sh", "-c", "printf 'no newline' >&2"], {
      cwd: await temporaryFolder(),
    });
    expect(ended.errors).toBe("no newline");
    expect(ended.stdout.length).toBe(0);
  });

  test("of 20 MB comes through whole to a reader that is slow to start", async () => {
    const child = startTracelet(["run", "--quiet", "--", "sh", "-c", "head -c 20000000 /dev/zero | tr '\\0' 'x'"], {
      cwd: await temporaryFolder(),
    });
    child.stdout?.pause();
    setTimeout(() => child.stdout?.resume(), 300);
    const { stdout, code } = await child.ended;
    expect(code).toBe(0);
    expect(stdout.length).toBe(20_000_000);
    expect(stdout.every((byte) => byte === 0x78)).toBe(true);
  });

  test("arrives while the child is still running", async () => {
    const cwd = await temporaryFolder();
    const child = startTracelet(
      ["run", "--quiet", "--", "sh", "-c", "echo first; while [ ! -e go ]; do sleep 0.05; done"],
      { cwd },
    );
    let seen = "";
    child.stdout?.on("data", (bytes: Buffer) => (seen += bytes.toString()));
    await until("the first line", () => seen === "first\n");
    expect(child.exitCode).toBe(null);
    await writeFile(join(cwd, "go"), "");
    expect((await child.ended).code).toBe(0);
  });

  test("of Python is not held back, unless the user says so", async () => {
    const show = ["--", "python3", "-c", "import os; print(os.environ.get('PYTHONUNBUFFERED'))"];
    const cwd = await temporaryFolder();
    expect((await tracelet(["run", ...show], { cwd })).stdout.toString()).toBe("1\n");
    expect((await tracelet(["run", "--no-unbuffered", ...show], { cwd })).stdout.toString()).toBe("None\n");
    const env = { PYTHONUNBUFFERED: "x" };
    expect((await tracelet(["run", ...show], { cwd, env })).stdout.toString()).toBe("x\n");
  });

  test("goes into a real pipe, on which /dev/stdout can be opened", async () => {
    const ended = await tracelet(
      ["run", "--quiet", "--", "sh", "-c", "echo out > /dev/stdout; echo err > /dev/stderr"],
      {
        cwd: await temporaryFolder(),
      },
    );
    expect([ended.stdout.toString(), ended.errors]).toEqual(["out\n", "err\n"]);
  });

  test("still open in a grandchild does not hold tracelet up", async () => {
    const cwd = await temporaryFolder();
    const ended = await tracelet(["run", "--quiet", "--", "sh", "-c", "echo $$; sleep 20 & exit 3"], { cwd });
    expect(ended.code).toBe(3);
    expect(ended.milliseconds).toBeLessThan(10_000);
  });
});

describe("stdin", () => {
  test("is the user's, to its end", async () => {
    const input = randomBytes(200_000);
    const ended = await tracelet(["run", "--", "cat"], { cwd: await temporaryFolder(), input });
    expect(digest(ended.stdout)).toBe(digest(input));
  });
});

test("a reader that goes away ends the child as it would without tracelet", async () => {
  const child = startTracelet(["run", "--", "yes"], { cwd: await temporaryFolder() });
  child.stdout?.once("data", () => child.stdout?.destroy());
  const { signal } = await child.ended;
  expect(signal).toBe("SIGPIPE");
});

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe("in a pipeline of a shell", () => {
  async function pipeline(text: string, cwd: string) {
    return start("sh", ["-c", text], { cwd, env: { TRACELET: EXECUTABLE, NODE: process.execPath } });
  }

  test("20 MB come through whole, also to a reader that is slow to start", async () => {
    const cwd = await temporaryFolder();
    const script = "head -c 20000000 /dev/zero | tr '\\0' x";
    const child = await pipeline(`$NODE $TRACELET run --quiet -- sh -c "${script}" | (sleep 0.3; sha256sum)`, cwd);
    const expected = createHash("sha256").update(Buffer.alloc(20_000_000, "x")).digest("hex");
    expect((await child.ended).stdout.toString()).toBe(`${expected}  -\n`);
  });

  test("one line of 100 MB comes through whole", async () => {
    const cwd = await temporaryFolder();
    const script = "head -c 100000000 /dev/zero | tr '\\0' x";
    const child = await pipeline(`$NODE $TRACELET run --quiet -- sh -c "${script}" | sha256sum`, cwd);
    const expected = createHash("sha256").update(Buffer.alloc(100_000_000, "x")).digest("hex");
    expect((await child.ended).stdout.toString()).toBe(`${expected}  -\n`);
  });

  test("1 GB comes through, byte for byte", async () => {
    const cwd = await temporaryFolder();
    // Noise that both ends can make, and every block another one, so that none may be lost, doubled or moved.
    const blocks = `
import random, sys
def blocks():
    block = bytearray(random.Random(7).randbytes(1_000_000))
    for n in range(1000):
        block[:4] = n.to_bytes(4, "big")
        yield block
`;
    await writeFile(join(cwd, "print.py"), `${blocks}for block in blocks(): sys.stdout.buffer.write(block)\n`);
    await writeFile(
      join(cwd, "compare.py"),
      `${blocks}
same = sum(sys.stdin.buffer.read(len(block)) == block for block in blocks())
print(same, len(sys.stdin.buffer.read()))`,
    );
    const run = "$NODE $TRACELET run --quiet --log-limit 20MB -- python3 print.py";
    const child = await pipeline(`${run} | python3 compare.py`, cwd);
    expect((await child.ended).stdout.toString()).toBe("1000 0\n");
  });

  test("`| head` ends the command as it would without tracelet", async () => {
    const cwd = await temporaryFolder();
    const child = await pipeline("{ $NODE $TRACELET run -- yes; echo $? > status; } | head -1", cwd);
    expect((await child.ended).stdout.toString()).toBe("y\n");
    expect((await readFile(join(cwd, "status"), "utf8")).trim()).toBe("141");
  });

  test("stdout is let go before the upload, so that the next program is not held up", async () => {
    const cwd = await temporaryFolder();
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => {
      silent.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const run = "$NODE $TRACELET run --backend mlflow --upload-timeout 600 -- echo hi";
    const child = start("sh", ["-c", `${run} | (cat; echo end > end)`], {
      cwd,
      env: { TRACELET: EXECUTABLE, NODE: process.execPath, MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}` },
    });
    await until("the next program has seen the end", () => existsSync(join(cwd, "end")));
    expect(child.exitCode).toBe(null);
    const [folder = ""] = await runFolders(cwd);
    const wrapper = JSON.parse(await readFile(join(folder, "wrapper.lease"), "utf8")) as { pid: number };
    process.kill(wrapper.pid, "SIGINT");
    expect((await child.ended).stdout.toString()).toBe("hi\n");
  });
});
