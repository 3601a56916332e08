import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { inspect } from "node:util";

/**
 * Lets this process end although one of its threads hangs in a call that nothing can interrupt: Node waits for its threads.
 * @returns what takes that back, to be called as soon as the call has returned
 */
export function exitDespiteThread(): () => void {
  let fatal: { readonly error: unknown } | undefined;
  const notice = (error: unknown) => {
    const noticed = { error };
    fatal = noticed;
    // Where somebody else deals with it, the process goes on.
    setImmediate(() => (fatal = fatal === noticed ? undefined : fatal)).unref();
  };
  const leave = (code: number) => {
    try {
      const { load } = createRequire(import.meta.url)("koffi") as typeof import("koffi");
      const exit = load(null).func("void _exit(int status)");
      // Node would print it after this.
      if (fatal !== undefined) writeSync(2, `${inspect(fatal.error)}\n`);
      exit(code);
    } catch {
      // Without koffi no thread of ours is in such a call.
    }
  };
  process.on("uncaughtExceptionMonitor", notice);
  process.once("exit", leave);
  return () => {
    process.off("uncaughtExceptionMonitor", notice);
    process.off("exit", leave);
  };
}
