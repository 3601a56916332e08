import type { Nvml } from "./nvml-library.ts";
import type { NvmlQuestion, NvmlTick } from "./nvml-question.ts";
import type { Scratch } from "./nvml-scratch.ts";
import { isDriverGone, isForGood, isLoss, NVML } from "./nvml-status.ts";

/** Why a clock is lower than it could be (nvmlClocksEventReasons). */
const REASON = {
  SW_POWER_CAP: 0x4,
  HW_SLOWDOWN: 0x8,
  SYNC_BOOST: 0x10,
  SW_THERMAL: 0x20,
  HW_THERMAL: 0x40,
  HW_POWER_BRAKE: 0x80,
} as const;

interface Part {
  readonly key: string;
  /** The counter of the time that the clock was held down for this reason (nvmlPerfPolicyType_t). */
  readonly policy?: number;
  readonly reasons: number;
}

const PARTS: readonly Part[] = [
  { key: "throttled_power_percent", policy: 0, reasons: REASON.SW_POWER_CAP | REASON.HW_POWER_BRAKE },
  { key: "throttled_thermal_percent", policy: 1, reasons: REASON.SW_THERMAL | REASON.HW_THERMAL },
  {
    key: "throttled_hardware_percent",
    reasons: REASON.HW_SLOWDOWN | REASON.HW_THERMAL | REASON.HW_POWER_BRAKE,
  },
];
const TOTAL = "throttled_percent";
const NANOSECONDS = 1e6; // in a millisecond

/**
 * Which share of the time since the last asking the card was slower than it could be: by its counters of that time where
 * it has them (nvmlDeviceGetViolationStatus, nanoseconds), else 0 or 100 by its reasons of now
 * (nvmlDeviceGetCurrentClocksEventReasons; before R535 nvmlDeviceGetCurrentClocksThrottleReasons).
 *
 * Power: the power limit, or the power brake from outside. Thermal: the driver or the hardware slows down because of
 * heat. Hardware: a slow-down by the hardware itself, by heat, the power brake or the power supply; there is no counter
 * for it that is the same in all drivers. All: the largest of these, as they may hold at the same time, or 100 while the
 * card keeps in step with a slower one (sync boost). An idle card, clocks that were set and those of a display are no
 * throttling.
 */
export function throttleQuestion(nvml: Nvml, scratch: Scratch): NvmlQuestion {
  const lacking = new Map<string, number>();
  const counters = PARTS.map(({ policy }) => (policy === undefined ? undefined : createCounter(nvml, scratch, policy)));
  const currentReasons = createReasons(nvml, scratch);
  return {
    keys: [TOTAL, ...PARTS.map(({ key }) => key)],
    lacking,
    ask(tick) {
      const now = currentReasons.read(tick.handle);
      if (isLoss(now) || isDriverGone(now)) return now;
      const reasons = now === NVML.SUCCESS ? currentReasons.bits : undefined;
      let total = reasons === undefined ? undefined : reasons & REASON.SYNC_BOOST ? 100 : 0;
      let counted = false;
      for (const [index, { key, reasons: mine }] of PARTS.entries()) {
        const counter = counters[index];
        const share = counter?.share(tick);
        const isCounted = counter?.works === true;
        if (isCounted) counted = true;
        // Where there is a counter its first reading has nothing to compare with.
        const value = isCounted ? share : reasons === undefined ? undefined : reasons & mine ? 100 : 0;
        tick.put(key, value);
        if (!isCounted && isForGood(now)) lacking.set(key, now);
        if (value !== undefined) total = Math.max(total ?? 0, value);
      }
      tick.put(TOTAL, total);
      return counted ? NVML.SUCCESS : now;
    },
  };
}

/** The reasons of now, by the function that this driver knows. */
function createReasons(nvml: Nvml, scratch: Scratch) {
  let ask: (handle: bigint) => number = (handle) => nvml.nvmlDeviceGetCurrentClocksEventReasons(handle, scratch.memory);
  const askOldDriver = (handle: bigint) => nvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle, scratch.memory);
  let bits: number | undefined;
  return {
    get bits() {
      return bits;
    },
    read(handle: bigint): number {
      let code = ask(handle);
      if (code === NVML.FUNCTION_NOT_FOUND && ask !== askOldDriver) {
        ask = askOldDriver;
        code = ask(handle);
      }
      // Beside it there may be counters, for which the question stays.
      if (isForGood(code)) ask = () => code;
      bits = code === NVML.SUCCESS ? scratch.u64() : undefined;
      // Bits above these 32 are no reasons that we know.
      if (bits !== undefined) bits %= 2 ** 32;
      return code;
    },
  };
}

/** One counter of nanoseconds, as a share of the time between two looks. */
function createCounter(nvml: Nvml, scratch: Scratch, policy: number) {
  let works = true;
  let last: { readonly time: number; readonly held: number } | undefined;
  return {
    /** Whether the card has this counter. */
    get works() {
      return works;
    },
    share({ handle, now }: NvmlTick): number | undefined {
      if (!works) return undefined;
      const code = nvml.nvmlDeviceGetViolationStatus(handle, policy, scratch.memory);
      if (isForGood(code)) works = false;
      const held = code === NVML.SUCCESS ? scratch.u64(8) : undefined;
      if (held === undefined) return undefined;
      const before = last;
      last = { time: now, held };
      if (before === undefined || now <= before.time || held < before.held) return undefined;
      return Math.min((100 * (held - before.held)) / ((now - before.time) * NANOSECONDS), 100);
    },
  };
}
