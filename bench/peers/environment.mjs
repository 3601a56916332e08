// The Python that has the tools of requirements.txt: PEERS_PYTHON, or a virtual environment that is made once, in
// .cache/peers-venv, and again when the pins change.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of its programs. */
export function peersBin() {
  if (process.env.PEERS_PYTHON !== undefined) return dirname(process.env.PEERS_PYTHON);
  const folder = fileURLToPath(new URL("../../.cache/peers-venv", import.meta.url));
  const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));
  const marker = join(folder, "complete.txt");
  const pins = readFileSync(requirements, "utf8");
  if (existsSync(marker) && readFileSync(marker, "utf8") === pins) return join(folder, "bin");
  process.stderr.write("making the virtual environment of the other tools, once; this takes minutes\n");
  must("python3", ["-m", "venv", "--clear", folder]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
  must(join(folder, "bin/python"), pip);
  // Written last, so that one whose making was interrupted does not count.
  writeFileSync(marker, pins);
  return join(folder, "bin");
}

function must(command, args) {
  const { status } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
}
