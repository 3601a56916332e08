import type { MetricSpec, Unit } from "../model/metric.ts";

interface Quantity {
  readonly unit: Unit;
  readonly kind?: "counter";
  readonly description: string;
  /** The call of NVML, without `nvmlDevice`. */
  readonly nvml?: string;
  /** The field of nvidia-smi. */
  readonly smi?: string;
  /** The file below /sys/class/drm/cardN/device. */
  readonly amd?: string;
}

const GPM = "GPM, on Hopper and newer";

/** What is read of each GPU, and of each MIG device as far as it has it. */
const QUANTITIES = {
  utilization: {
    unit: "percent",
    description:
      "Share of the time since the last reading in which at least one kernel ran, or as much of it as the driver remembers.",
    nvml: "GetSamples, or GetUtilizationRates",
    smi: "utilization.gpu",
    amd: "gpu_busy_percent",
  },
  utilization_max: {
    unit: "percent",
    description: "The highest utilization that the driver saw since the last reading.",
    nvml: "GetSamples",
    smi: "utilization.gpu",
  },
  memory_used: {
    unit: "bytes",
    description: "Memory of the GPU that is in use, without what the driver keeps for itself.",
    nvml: "GetMemoryInfo_v2",
    smi: "memory.used",
    amd: "mem_info_vram_used",
  },
  memory_total: {
    unit: "bytes",
    description: "Memory of the GPU.",
    nvml: "GetMemoryInfo_v2",
    smi: "memory.total",
    amd: "mem_info_vram_total",
  },
  memory_reserved: {
    unit: "bytes",
    description: "Memory of the GPU that the driver keeps for itself.",
    nvml: "GetMemoryInfo_v2",
    smi: "memory.reserved",
  },
  memory_percent: {
    unit: "percent",
    description: "Memory in use as a share of the GPU's memory.",
    nvml: "GetMemoryInfo_v2",
    smi: "memory.used",
    amd: "mem_info_vram_used",
  },
  memory_utilization: {
    unit: "percent",
    description:
      "Share of the time since the last reading in which the GPU's memory was read or written; not how full it is.",
    nvml: "GetSamples, or GetUtilizationRates",
    smi: "utilization.memory",
    amd: "mem_busy_percent",
  },
  temperature: {
    unit: "celsius",
    description: "Temperature of the GPU.",
    nvml: "GetTemperature",
    smi: "temperature.gpu",
    amd: "hwmon/hwmon*/temp*_input",
  },
  power: {
    unit: "watts",
    description: "What the GPU draws, with its memory and its board.",
    nvml: "GetPowerUsage",
    smi: "power.draw",
    amd: "hwmon/hwmon*/power1_average",
  },
  power_limit: {
    unit: "watts",
    description: "What the GPU may draw before it is slowed down.",
    nvml: "GetEnforcedPowerLimit",
    smi: "enforced.power.limit",
    amd: "hwmon/hwmon*/power1_cap",
  },
  energy: {
    unit: "joules",
    kind: "counter",
    description: "What the GPU has drawn since the first reading: its own counter, or else its power over time.",
    nvml: "GetTotalEnergyConsumption",
    smi: "power.draw",
    amd: "hwmon/hwmon*/energy1_input",
  },
  clock_sm: {
    unit: "megahertz",
    description: "Clock of the GPU's processors.",
    nvml: "GetClockInfo",
    smi: "clocks.sm",
    amd: "hwmon/hwmon*/freq1_input",
  },
  clock_memory: {
    unit: "megahertz",
    description: "Clock of the GPU's memory.",
    nvml: "GetClockInfo",
    smi: "clocks.mem",
    amd: "hwmon/hwmon*/freq2_input",
  },
  throttled_percent: {
    unit: "percent",
    description:
      "Share of the time since the last reading in which the GPU was slower than it could be; being idle and clocks that were set are none of it. Without the driver's counters 0 or 100 by what holds now.",
    nvml: "GetViolationStatus, or GetCurrentClocksEventReasons",
    smi: "clocks_event_reasons.active",
  },
  throttled_power_percent: {
    unit: "percent",
    description: "The same for its power limit, which most training reaches, and for a brake from outside.",
    nvml: "GetViolationStatus, or GetCurrentClocksEventReasons",
    smi: "clocks_event_reasons.active",
  },
  throttled_thermal_percent: {
    unit: "percent",
    description: "The same for heat.",
    nvml: "GetViolationStatus, or GetCurrentClocksEventReasons",
    smi: "clocks_event_reasons.active",
  },
  throttled_hardware_percent: {
    unit: "percent",
    description: "The same where the hardware protects itself: heat, its power supply, or a brake from outside.",
    nvml: "GetCurrentClocksEventReasons",
    smi: "clocks_event_reasons.active",
  },
  ecc_errors_corrected: {
    unit: "count",
    kind: "counter",
    description: "Errors of the memory that were corrected, since the driver was loaded.",
    nvml: "GetTotalEccErrors",
    smi: "ecc.errors.corrected.volatile.total",
    amd: "ras/umc_err_count",
  },
  ecc_errors_uncorrected: {
    unit: "count",
    kind: "counter",
    description: "Errors of the memory that could not be corrected, since the driver was loaded.",
    nvml: "GetTotalEccErrors",
    smi: "ecc.errors.uncorrected.volatile.total",
    amd: "ras/umc_err_count",
  },
  fan_speed: {
    unit: "percent",
    description: "Speed of the fan as a share of what it is rated for, which it may exceed.",
    nvml: "GetFanSpeed",
    smi: "fan.speed",
    amd: "hwmon/hwmon*/pwm1",
  },
  pcie_link_generation: {
    unit: "count",
    description: "Generation of the PCIe link as it is now; an idle one may be slow to save power.",
    nvml: "GetCurrPcieLinkGeneration",
    smi: "pcie.link.gen.current",
    amd: "current_link_speed",
  },
  pcie_link_width: {
    unit: "count",
    description: "Lanes of the PCIe link.",
    nvml: "GetCurrPcieLinkWidth",
    smi: "pcie.link.width.current",
    amd: "current_link_width",
  },
  sm_activity: {
    unit: "percent",
    description: "Mean share of the processors that had work since the last reading.",
    nvml: GPM,
  },
  sm_occupancy: {
    unit: "percent",
    description: "Mean number of warps on the processors since the last reading, as a share of the most there may be.",
    nvml: GPM,
  },
  tensor_activity: {
    unit: "percent",
    description: "Share of the time since the last reading in which the tensor cores worked.",
    nvml: GPM,
  },
  dram_activity: {
    unit: "percent",
    description: "Traffic of the GPU's memory since the last reading as a share of what it can carry.",
    nvml: GPM,
  },
  workload_memory_used: {
    unit: "bytes",
    description: "Memory of the GPU that the command's processes have.",
    nvml: "GetComputeRunningProcesses and GetGraphicsRunningProcesses",
  },
  workload_processes: {
    unit: "count",
    description: "Processes of the command that use the GPU.",
    nvml: "GetComputeRunningProcesses and GetGraphicsRunningProcesses",
  },
  lost: {
    unit: "count",
    description: "Whether the driver has lost the GPU, which mostly takes a restart of the machine to mend: 1, else 0.",
    nvml: "every call",
    smi: "every field",
  },
} satisfies Readonly<Record<string, Quantity>>;

/** Every metric of the GPUs. `<i>` stands for the GPU's number. */
export const GPU_METRICS: readonly MetricSpec[] = [
  {
    key: "gpu_count",
    unit: "count",
    kind: "gauge",
    description: "GPUs of the machine, or of the container, that a driver knows; `gpus` chooses among them.",
    source: "nvmlDeviceGetCount, nvidia-smi, /proc/driver/nvidia/gpus and /sys/class/drm",
  },
  {
    key: "gpu_<i>_visible",
    unit: "count",
    kind: "gauge",
    description: "Whether the command can see the GPU: 1, else 0; only where something says which it can see.",
    source: "`gpus`, or CUDA_VISIBLE_DEVICES and its like",
  },
  ...Object.entries(QUANTITIES).map(([name, quantity]: [string, Quantity]): MetricSpec => ({
    key: `gpu_<i>_${name}`,
    unit: quantity.unit,
    kind: quantity.kind ?? "gauge",
    description: quantity.description,
    source: sourceOf(quantity),
  })),
];

/** What stands for a GPU that cannot be read at all. */
export function mainKeysOf(index: number): string[] {
  const names: readonly (keyof typeof QUANTITIES)[] = ["utilization", "memory_used", "temperature", "power"];
  return names.map((name) => `gpu_${index}_${name}`);
}

function sourceOf({ nvml, smi, amd }: Quantity): string {
  const sources = [
    ...(nvml === undefined ? [] : [`NVML: ${nvml}`]),
    ...(smi === undefined ? [] : [`nvidia-smi: ${smi}`]),
    ...(amd === undefined ? [] : [`AMD: ${amd}`]),
  ];
  return sources.join("; ");
}
