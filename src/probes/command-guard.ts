import { type ChildProcess, spawn } from "node:child_process";

/** Reads `+ <group>` and `- <group>`; at the end of its input it kills what is left. Only what every shell has built in. */
const SCRIPT = `
known=
while read -r sign group; do
  kept=
  for each in $known; do [ "$each" = "$group" ] || kept="$kept $each"; done
  known=$kept
  [ "$sign" = + ] && known="$known $group"
done
for each in $known; do kill -s KILL -- "-$each"; done`;

/**
 * Ends the commands that a process has started when that process is killed and cannot do so itself. They are in process
 * groups of their own, so nobody else finds them. It is a shell that waits for the end of its input, started with the first
 * command; where there is no shell (Windows), they live on.
 */
export class CommandGuard {
  #shell: ChildProcess | undefined;

  /** @param group the process id of a command that was started `detached` */
  add(group: number): void {
    this.#shell ??= startShell();
    this.#tell("+", group);
  }

  /** It has ended: its number may be another's soon. */
  remove(group: number): void {
    this.#tell("-", group);
  }

  #tell(sign: string, group: number): void {
    this.#shell?.stdin?.write(`${sign} ${group}\n`);
  }
}

function startShell(): ChildProcess {
  const shell = spawn("sh", ["-c", SCRIPT], { cwd: "/", stdio: ["pipe", "ignore", "ignore"], detached: true });
  // Without it everything goes on as it would.
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  shell.unref();
  if ("unref" in shell.stdin && typeof shell.stdin.unref === "function") shell.stdin.unref();
  return shell;
}
