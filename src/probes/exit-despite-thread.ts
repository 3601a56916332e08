import { createRequire } from "node:module";

/**
 * Lets this process end although one of its threads hangs in a call that nothing can interrupt: Node waits for its threads.
 * @returns what takes that back, to be called as soon as the call has returned
 */
export function exitDespiteThread(): () => void {
  const leave = (code: number) => {
    try {
      const { load } = createRequire(import.meta.url)("koffi") as typeof import("koffi");
      load(null).func("void _exit(int status)")(code);
    } catch {
      // Without koffi no thread of ours is in such a call.
    }
  };
  process.once("exit", leave);
  return () => void process.off("exit", leave);
}
