import { cudaOrder, devicesOfCuda } from "./cuda-visible.ts";
import type { GpuIdentity } from "./gpu-identity.ts";
import { withParts } from "./gpu-identity.ts";
import { devicesOfRocm } from "./rocm-visible.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Which of the GPUs a command with some environment can see. */
export interface VisibleGpus<Device extends GpuIdentity> {
  readonly devices: ReadonlySet<Device>;
  /** The environment says which, rather than leaving all to the command. */
  readonly isRestricted: boolean;
  /** Why it cannot be told which, where it cannot: then they are all there. */
  readonly doubt?: string;
}

/**
 * The GPUs that a command can see. Pure.
 *
 * NVIDIA_VISIBLE_DEVICES is for what starts a container, which mostly leaves no others to be seen; it counts where the
 * driver shows more GPUs than it names. Its words `all`, `none` and `void` leave it to the driver: with a device that was
 * put into the container in another way it is `void`.
 * https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html
 * CUDA_VISIBLE_DEVICES and CUDA_DEVICE_ORDER: cuda-visible.ts. ROCR_VISIBLE_DEVICES, HIP_VISIBLE_DEVICES: rocm-visible.ts.
 */
export function visibleGpus<Device extends GpuIdentity>(all: readonly Device[], env: Environment): VisibleGpus<Device> {
  const nvidia = all.filter(({ vendor }) => vendor === "nvidia");
  const amd = all.filter(({ vendor }) => vendor === "amd");
  const given = givenToContainer(nvidia, env["NVIDIA_VISIBLE_DEVICES"]);
  const list = env["CUDA_VISIBLE_DEVICES"];
  const cuda = devicesOfCuda(given ?? nvidia, list, cudaOrder(env["CUDA_DEVICE_ORDER"]));
  const rocm = devicesOfRocm(amd, nvidia.length === 0 ? env : { ...env, CUDA_VISIBLE_DEVICES: undefined });
  const isCudaKnown = typeof cuda === "object";
  return {
    devices: new Set([...(isCudaKnown ? cuda : (given ?? nvidia)), ...(rocm ?? amd)]),
    isRestricted:
      (given !== undefined && nvidia.length > 0) ||
      (isCudaKnown && nvidia.length > 0 && list !== undefined) ||
      (rocm !== undefined && amd.length > 0),
    ...(typeof cuda === "string" ? { doubt: cuda } : {}),
  };
}

/** The GPUs and MIG devices that a list of the user's names, and what in it is none. Pure. */
export function namedGpus<Device extends GpuIdentity>(
  all: readonly Device[],
  names: readonly string[],
): { readonly devices: ReadonlySet<Device>; readonly unknown: readonly string[] } {
  const found = names.map((name) => namedBy(all, name));
  return {
    devices: new Set(found.flat()),
    unknown: names.filter((_, at) => found[at]?.length === 0),
  };
}

function namedBy<Device extends GpuIdentity>(all: readonly Device[], name: string): Device[] {
  const [, gpu, mig] = /^(\d+)(?::(\d+))?$/.exec(name) ?? [];
  const found = all.filter((device) => {
    if (gpu === undefined) return startsWith(device.uuid, name);
    if (mig === undefined) return device.migOf === undefined && device.index === Number(gpu);
    return device.migOf === Number(gpu) && device.migIndex === Number(mig);
  });
  const [device] = found;
  return found.length === 1 && device !== undefined ? withParts(all, device) : [];
}

function startsWith(uuid: string | undefined, start: string): boolean {
  return start !== "" && uuid?.toLowerCase().startsWith(start.toLowerCase()) === true;
}

/** What a list of NVIDIA_VISIBLE_DEVICES leaves of what the driver shows, where that is less. */
function givenToContainer<Device extends GpuIdentity>(
  nvidia: readonly Device[],
  list: string | undefined,
): readonly Device[] | undefined {
  const names = (list ?? "").split(",").map((name) => name.trim());
  const { devices, unknown } = namedGpus(nvidia, names);
  const gpus = nvidia.filter(({ migOf }) => migOf === undefined);
  // Words and paths, and numbers of the host where the container has its own, name nothing that could be left out.
  if (unknown.length > 0 || gpus.length <= names.length) return undefined;
  return nvidia.filter((device) => devices.has(device));
}
