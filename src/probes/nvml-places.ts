/** Where NVML is looked for. */
export interface NvmlPlaces {
  readonly platform: NodeJS.Platform;
  /** Path of the library; the usual places are then not looked at. */
  readonly library?: string;
}

const LINUX_NAME = "libnvidia-ml.so.1";
const LINUX_FOLDERS = [
  "/usr/lib/x86_64-linux-gnu", // Debian and Ubuntu, and what NVIDIA's container toolkit mounts there
  "/usr/lib/aarch64-linux-gnu",
  "/usr/lib64", // Fedora, RHEL, SUSE
  "/usr/lib", // Arch
  "/run/opengl-driver/lib", // NixOS
  "/usr/lib/wsl/lib", // WSL
  "/usr/local/nvidia/lib64", // containers of GKE and of the first container toolkit
];
const WINDOWS_PATHS = [
  "C:\\Windows\\System32\\nvml.dll",
  "C:\\Program Files\\NVIDIA Corporation\\NVSMI\\nvml.dll", // drivers before 2020
];

/**
 * The names under which the library is loaded, the likeliest first. A bare name is looked for by the system's loader.
 * Empty where NVIDIA has no driver.
 */
export function nvmlCandidates({ platform, library }: NvmlPlaces): readonly string[] {
  if (library !== undefined) return [library];
  if (platform === "linux") return [LINUX_NAME, ...LINUX_FOLDERS.map((folder) => `${folder}/${LINUX_NAME}`)];
  if (platform === "win32") return ["nvml.dll", ...WINDOWS_PATHS];
  return [];
}
