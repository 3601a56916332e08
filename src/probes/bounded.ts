/** What a promise that is still open after its time comes to. */
export const TOO_LATE = Symbol("too late");

/** The promise's value, or `TOO_LATE` after so many milliseconds. The promise itself goes on. */
export async function within<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value | typeof TOO_LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof TOO_LATE>((resolve) => {
    timer = setTimeout(resolve, milliseconds, TOO_LATE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
