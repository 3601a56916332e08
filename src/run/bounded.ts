/**
 * Waits for something no longer than some time. `undefined` when it is not there by then, or failed: for what is good
 * to have at the end of a run and must not hold it up.
 */
export async function within<Value>(milliseconds: number, wanted: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([wanted.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
