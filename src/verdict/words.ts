const GIBIBYTE = 1024 ** 3;
const MEBIBYTE = 1024 ** 2;

/** `23.9`: three significant digits, and whole from 100 on. */
export function number(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(Math.abs(value) < 10 ? 2 : 3)));
}

/** `38 %`, `3.4 %`: whole from 10 on. */
export function share(value: number): string {
  return `${rounded(value)} %`;
}

/** `15.7 GiB`, `210 MiB`. */
export function size(bytes: number): string {
  return bytes >= GIBIBYTE ? `${number(bytes / GIBIBYTE)} GiB` : `${number(bytes / MEBIBYTE)} MiB`;
}

/** `23.9 of 24 GiB`. */
export function sizeOf(bytes: number, all: number): string {
  return all >= GIBIBYTE
    ? `${number(bytes / GIBIBYTE)} of ${number(all / GIBIBYTE)} GiB`
    : `${number(bytes / MEBIBYTE)} of ${number(all / MEBIBYTE)} MiB`;
}

/** `45 s`, `12 min`, `3.4 h`. */
export function span(seconds: number): string {
  if (seconds < 90) return `${rounded(seconds)} s`;
  return seconds < 90 * 60 ? `${rounded(seconds / 60)} min` : `${rounded(seconds / 3600)} h`;
}

/** `1 core`, `2.5 cores`; `things` for a plural that is not made with an s. */
export function count(amount: number, thing: string, things = `${thing}s`): string {
  const told = number(amount);
  return `${told} ${told === "1" ? thing : things}`;
}

function rounded(value: number): number {
  return value < 10 ? Number(value.toFixed(1)) : Math.round(value);
}
