import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

const MEASURE = `
import json, resource, subprocess, sys, time
start = time.monotonic()
status = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"status": status, "wall": wall, "cpu": used.ru_utime + used.ru_stime, "rss": used.ru_maxrss * 1024}))
`;

/** Runs a command and says what it and what it waited for used: seconds on the clock and of CPU time, bytes at most. */
export async function measured(command, { python, cwd, env = process.env }) {
  const words = ["-c", MEASURE, ...command.map(String)];
  const child = spawn(python, words, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
  const result = JSON.parse(await text(child.stdout));
  if (result.status !== 0) throw new Error(`exit status ${result.status}: ${command.slice(0, 3).join(" ")}`);
  return result;
}
