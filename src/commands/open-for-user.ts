import { spawn } from "node:child_process";

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  // The empty word is the title that `start` takes the first quoted one for.
  win32: ["cmd", "/c", "start", ""],
};

/** Opens a file in the program that the user has for it, and does not wait for its end. Gives the reason where that fails. */
export async function openForUser(file: string): Promise<string | undefined> {
  const [program = "", ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  return new Promise((resolve) => {
    const child = spawn(program, [...args, file], { stdio: "ignore", detached: true });
    child.once("error", (error: NodeJS.ErrnoException) =>
      resolve(`${program} cannot be started (${error.code ?? error.message})`),
    );
    child.once("spawn", () => {
      child.unref();
      resolve(undefined);
    });
  });
}
