import { formatNumber, formatQuantity } from "../model/format.ts";
import type { ChartUnit } from "./chart.ts";

const SMALL = 1e-4;

/** A value with its unit: `87 %`, `12.3 GiB`, `0.042`. */
export function quantity(value: number, unit: ChartUnit): string {
  if (unit === "number" || !Number.isFinite(value)) return shortNumber(value);
  if (unit === "per_second") return `${formatNumber(value)} /s`;
  return formatQuantity(value, unit);
}

/** A number of a training: 0.00001 and less has an exponent, so that it stays short. */
export function shortNumber(value: number): string {
  return value !== 0 && Math.abs(value) < SMALL ? value.toExponential(3).replace(/\.?0*e/, "e") : formatNumber(value);
}
