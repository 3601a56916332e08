import type { Unit } from "./metric.ts";

const BINARY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const JOULES_PER_WATT_HOUR = 3600;

/** A size as people read it: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < BINARY_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${roundedTo(value, 3)} ${BINARY_UNITS[unit]}`;
}

/** Sizes in the unit of the largest of them, with three significant digits of that one: `0.25`, `80.5`, in `MiB`. */
export function inOneUnit(sizes: readonly number[]): { readonly amounts: readonly string[]; readonly unit: string } {
  const largest = Math.max(1, ...sizes.map(Math.abs));
  const power = Math.min(BINARY_UNITS.length - 1, Math.floor(Math.log2(largest) / 10));
  const value = largest / 1024 ** power;
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const amounts = sizes.map((size) => String(Number((size / 1024 ** power).toFixed(digits))));
  return { amounts, unit: BINARY_UNITS[power] ?? "B" };
}

/** Four significant digits at most, without trailing zeros; `nan` and `inf` as trainers print them. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  return String(Number(value.toPrecision(4)));
}

/** A percentage with one digit behind the point below 10, and none above: `3.4 %`, `87 %`. */
export function formatPercent(value: number): string {
  return `${Math.abs(value) < 10 ? Number(value.toFixed(1)) : Math.round(value)} %`;
}

/** A value of the machine with its unit. */
export function formatQuantity(value: number, unit: Unit): string {
  if (unit === "percent") return formatPercent(value);
  if (unit === "bytes") return formatBytes(value);
  if (unit === "bytes_per_second") return `${formatBytes(value)}/s`;
  if (unit === "cores") return formatCount(roundedTo(value, 3), "core");
  if (unit === "celsius") return `${formatNumber(value)} °C`;
  if (unit === "watts") return `${formatNumber(value)} W`;
  if (unit === "joules") return formatEnergy(value);
  if (unit === "megahertz") return `${formatNumber(value)} MHz`;
  return unit === "hours" ? formatDuration(value * HOUR) : formatNumber(value);
}

/** An energy as people read it: `350 J`, `12.5 Wh`, `1.2 kWh`. */
export function formatEnergy(joules: number): string {
  const wattHours = joules / JOULES_PER_WATT_HOUR;
  if (wattHours < 1) return `${roundedTo(joules, 3)} J`;
  return wattHours < 1000 ? `${roundedTo(wattHours, 3)} Wh` : `${roundedTo(wattHours / 1000, 3)} kWh`;
}

/** `1 point`, `2 points`; `things` for a plural that is not made with an s. */
export function formatCount(count: number, thing: string, things = `${thing}s`): string {
  return `${count} ${count === 1 ? thing : things}`;
}

/** A time span in its two largest units: `0.42 s`, `12.3 s`, `2 min 3 s`, `1 h 2 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  if (span < MINUTE - SECOND / 20) return `${roundedTo(span / SECOND, 3)} s`;
  if (span < HOUR - SECOND / 2) return twoUnits(span, MINUTE, "min", SECOND, "s");
  if (span < DAY - MINUTE / 2) return twoUnits(span, HOUR, "h", MINUTE, "min");
  return twoUnits(span, DAY, "d", HOUR, "h");
}

/** A point in time on the clock of this machine: `2026-11-22 20:15:30`. */
export function formatLocalTime(timestamp: number): string {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return "unknown";
  const day = `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
  return `${day} ${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}:${twoDigits(date.getSeconds())}`;
}

function twoUnits(span: number, large: number, largeName: string, small: number, smallName: string): string {
  const inSmall = Math.round(span / small);
  const perLarge = large / small;
  const rest = inSmall % perLarge;
  const whole = `${Math.floor(inSmall / perLarge)} ${largeName}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}

/** `digits` significant ones, but never fewer than the whole part has: 1023, not 1020. */
function roundedTo(value: number, digits: number): number {
  return Math.abs(value) >= 10 ** digits ? Math.round(value) : Number(value.toPrecision(digits));
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
