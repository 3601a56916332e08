/**
 * Writes text and a newline to stdout and waits until it is taken, so that a slow reader holds us up instead of our
 * memory. A reader that has gone (`| head`) ends the process quietly.
 */
export async function print(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.once("error", reject);
    process.stdout.write(`${text}\n`, (error) => {
      process.stdout.removeListener("error", reject);
      if (error) reject(error);
      else resolve();
    });
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}
