/**
 * What NVML's functions return. https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html (nvmlReturn_t)
 */
export const NVML = {
  SUCCESS: 0,
  UNINITIALIZED: 1,
  INVALID_ARGUMENT: 2,
  NOT_SUPPORTED: 3,
  NO_PERMISSION: 4,
  NOT_FOUND: 6,
  INSUFFICIENT_SIZE: 7,
  DRIVER_NOT_LOADED: 9,
  FUNCTION_NOT_FOUND: 13,
  GPU_IS_LOST: 15,
  RESET_REQUIRED: 16,
  LIB_RM_VERSION_MISMATCH: 18,
  ARGUMENT_VERSION_MISMATCH: 25,
  DEPRECATED: 26,
} as const;

/** The name behind `NVML_ERROR_` and what it means here. */
const WORDS: Readonly<Record<number, readonly [name: string, meaning: string]>> = {
  1: ["UNINITIALIZED", "the driver was restarted"],
  2: ["INVALID_ARGUMENT", "this card does not know the question"],
  3: ["NOT_SUPPORTED", "this card or its driver cannot tell it"],
  4: ["NO_PERMISSION", "the driver does not let this user read it"],
  6: ["NOT_FOUND", "there is nothing of the kind"],
  7: ["INSUFFICIENT_SIZE", "there is more than was expected"],
  8: ["INSUFFICIENT_POWER", "the power cables of the card are not properly attached"],
  9: ["DRIVER_NOT_LOADED", "the NVIDIA driver is not loaded"],
  10: ["TIMEOUT", "the card did not answer in time"],
  11: ["IRQ_ISSUE", "the kernel has an interrupt problem with a card"],
  12: ["LIBRARY_NOT_FOUND", "a library of the driver is missing"],
  13: ["FUNCTION_NOT_FOUND", "this driver is too old to tell it"],
  14: ["CORRUPTED_INFOROM", "the memory that describes the card is damaged"],
  15: ["GPU_IS_LOST", "the card has fallen off the bus"],
  16: ["RESET_REQUIRED", "the card has to be reset before it can be used again"],
  17: ["OPERATING_SYSTEM", "the operating system blocked the driver"],
  18: ["LIB_RM_VERSION_MISMATCH", "the driver in the kernel and its library are of different versions"],
  19: ["IN_USE", "the card is in use"],
  20: ["MEMORY", "there was not enough memory"],
  21: ["NO_DATA", "there is no data"],
  25: ["ARGUMENT_VERSION_MISMATCH", "this driver does not know the question in this form"],
  26: ["DEPRECATED", "this driver no longer tells it"],
  27: ["NOT_READY", "the driver is not ready"],
  999: ["UNKNOWN", "the driver gives no reason"],
};

/** The driver's answer as a sentence: `this card or its driver cannot tell it (NVML_ERROR_NOT_SUPPORTED)`. */
export function nvmlReason(code: number): string {
  const [name, meaning] = WORDS[code] ?? [`${code}`, "the driver gives an unknown reason"];
  return `${meaning} (NVML_ERROR_${name})`;
}

/** What the user can do about an answer, when anything. */
export function nvmlHint(code: number): string | undefined {
  switch (code) {
    case NVML.LIB_RM_VERSION_MISMATCH:
      return "the driver was updated: restart the machine, or load the new kernel modules";
    case NVML.DRIVER_NOT_LOADED:
      return "load it with modprobe nvidia, and look for NVRM messages in the kernel log (dmesg)";
    case NVML.NO_PERMISSION:
      return "ask for read access to /dev/nvidia*, and for profiling counters the driver's NVreg_RestrictProfilingToAdminUsers=0";
    case NVML.GPU_IS_LOST:
    case NVML.RESET_REQUIRED:
      return "look for NVRM Xid messages in the kernel log (dmesg); the card needs a reset or the machine a restart";
    default:
      return undefined;
  }
}

/** The card, the driver or this user can never tell it: asking again is of no use. */
export function isForGood(code: number): boolean {
  return FOR_GOOD.has(code);
}

/** The card is gone for every question. */
export function isLoss(code: number): boolean {
  return code === NVML.GPU_IS_LOST || code === NVML.RESET_REQUIRED;
}

/** The library has lost the driver: it has to be initialised again. */
export function isDriverGone(code: number): boolean {
  return code === NVML.UNINITIALIZED || code === NVML.DRIVER_NOT_LOADED;
}

const FOR_GOOD: ReadonlySet<number> = new Set([
  NVML.INVALID_ARGUMENT,
  NVML.NOT_SUPPORTED,
  NVML.NO_PERMISSION,
  NVML.FUNCTION_NOT_FOUND,
  NVML.ARGUMENT_VERSION_MISMATCH,
  NVML.DEPRECATED,
]);
