import { listFolder, readSmallFile } from "./small-file.ts";

/** One file of amdgpu, and what is made of its text. */
export interface AmdSensor {
  /** As in a key: `utilization`. */
  readonly quantity: string;
  /** The first that is there is read; none where a card has nothing of the kind. */
  readonly paths: readonly string[];
  readonly parse: (text: string) => number | undefined;
}

/** GT/s of a lane, by generation. https://pcisig.com/specifications */
const PCIE_SPEEDS: Readonly<Record<string, number>> = { "2.5": 1, "5": 2, "8": 3, "16": 4, "32": 5, "64": 6 };

/** Highest value of a fan's pulse width. https://docs.kernel.org/hwmon/sysfs-interface.html */
const FULL_PULSE = 255;

/**
 * The files of a card. https://docs.kernel.org/gpu/amdgpu/thermal.html
 *
 *   gpu_busy_percent            43
 *   mem_busy_percent            12
 *   mem_info_vram_used          8589934592       bytes
 *   mem_info_vram_total         68702699520      bytes
 *   pp_dpm_sclk                 1: 1700Mhz *     a line for each state; the star marks the present one
 *   current_link_speed          16.0 GT/s PCIe
 *   current_link_width          16               lanes
 *   ras/umc_err_count           ue: 0            errors of the memory: uncorrected, and below it `ce`, corrected
 *   hwmon/hwmon3/temp1_input    51000            thousandths of a degree Celsius; temp1_label says where
 *   hwmon/hwmon3/power1_average 94000000         microwatts; power1_input on newer cards, power1_cap is the limit
 *   hwmon/hwmon3/freq1_input    1700000000       hertz of the shaders; freq2_input of the memory
 *   hwmon/hwmon3/pwm1           89               of 255
 *   hwmon/hwmon3/energy1_input  123456789        microjoules, where there is such a counter
 */
export function amdSensors(folder: string): AmdSensor[] {
  const monitors = (listFolder(`${folder}/hwmon`) ?? []).map((name) => `${folder}/hwmon/${name}`);
  const inMonitor = (...names: string[]) => names.flatMap((name) => monitors.map((monitor) => `${monitor}/${name}`));
  const file = (name: string) => [`${folder}/${name}`];
  const sensor = (quantity: string, paths: readonly string[], parse: AmdSensor["parse"]) => ({
    quantity,
    paths,
    parse,
  });
  return [
    sensor("utilization", file("gpu_busy_percent"), parseCount),
    sensor("memory_used", file("mem_info_vram_used"), parseCount),
    sensor("memory_total", file("mem_info_vram_total"), parseCount),
    sensor("memory_utilization", file("mem_busy_percent"), parseCount),
    sensor("temperature", temperatures(monitors), scaled(1000)),
    sensor("power", inMonitor("power1_average", "power1_input"), scaled(1e6)),
    sensor("power_limit", inMonitor("power1_cap"), scaled(1e6)),
    sensor("energy", inMonitor("energy1_input"), scaled(1e6)),
    sensor("clock_sm", [...inMonitor("freq1_input"), ...file("pp_dpm_sclk")], parseClock),
    sensor("clock_memory", [...inMonitor("freq2_input"), ...file("pp_dpm_mclk")], parseClock),
    sensor("fan_speed", inMonitor("pwm1"), scaled(FULL_PULSE / 100)),
    sensor("pcie_link_generation", file("current_link_speed"), parseLinkGeneration),
    sensor("pcie_link_width", file("current_link_width"), parseCount),
    sensor("ecc_errors_corrected", file("ras/umc_err_count"), parseErrors("ce")),
    sensor("ecc_errors_uncorrected", file("ras/umc_err_count"), parseErrors("ue")),
  ];
}

/** A whole number on a line by itself. Pure. */
export function parseCount(text: string): number | undefined {
  return /^\d+\s*$/.test(text) ? Number(text) : undefined;
}

/** Megahertz: of hertz, or of the state with the star. Pure. */
export function parseClock(text: string): number | undefined {
  const hertz = parseCount(text);
  if (hertz !== undefined) return hertz / 1e6;
  const state = /^\s*\d+:\s*(\d+)\s*mhz\s*\*\s*$/im.exec(text)?.[1];
  return state === undefined ? undefined : Number(state);
}

/** `16.0 GT/s PCIe` is generation 4; `Unknown` is none. Pure. */
export function parseLinkGeneration(text: string): number | undefined {
  const speed = /^(\d+(?:\.\d+)?) GT\/s/.exec(text)?.[1];
  return speed === undefined ? undefined : PCIE_SPEEDS[String(Number(speed))];
}

function parseErrors(kind: "ue" | "ce"): (text: string) => number | undefined {
  const pattern = new RegExp(`^${kind}:\\s*(\\d+)\\s*$`, "m");
  return (text) => parseCount(pattern.exec(text)?.[1] ?? "");
}

function scaled(unit: number): (text: string) => number | undefined {
  return (text) => {
    const count = parseCount(text);
    return count === undefined ? undefined : count / unit;
  };
}

/** The sensor at the edge of the chip, as NVIDIA's; the first one of a card that has none there. */
function temperatures(monitors: readonly string[]): string[] {
  const sensors = monitors.flatMap((monitor) =>
    (listFolder(monitor) ?? []).flatMap((name) => {
      const sensor = /^(temp\d+)_input$/.exec(name)?.[1];
      if (sensor === undefined) return [];
      return [{ path: `${monitor}/${name}`, label: readSmallFile(`${monitor}/${sensor}_label`) }];
    }),
  );
  const chosen = sensors.find(({ label }) => label === "edge") ?? sensors[0];
  return chosen === undefined ? [] : [chosen.path];
}
