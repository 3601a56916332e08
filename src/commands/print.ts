import { UserError } from "../model/error.ts";

/**
 * Writes text and a newline to stdout and waits until it is taken, so that a slow reader holds us up instead of our
 * memory. A reader that has gone (`| head`) ends the process quietly.
 */
export async function print(text: string): Promise<void> {
  if (!(await tryToPrint(text))) process.exit(0);
}

/** The same for a command whose work is not its output. Returns whether there was still a reader. */
export async function tryToPrint(text: string): Promise<boolean> {
  return new Promise<boolean>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") resolve(false);
      else reject(new UserError(`stdout cannot be written (${error.code}): see to the disk or the file it goes to`));
    };
    process.stdout.once("error", fail);
    process.stdout.write(`${text}\n`, (error) => {
      if (error) {
        fail(error); // the event follows, and needs its listener
      } else {
        process.stdout.removeListener("error", fail);
        resolve(true);
      }
    });
  });
}
