import { pathToFileURL } from "node:url";

import type { OpenProbe, Probe } from "../model/probe.ts";

import { checkReadings } from "./custom-readings.ts";
import type { Pace } from "./paced-reading.ts";
import { readAtPace } from "./paced-reading.ts";
import { isReason } from "./readings.ts";

export interface ModuleProbeOptions extends Omit<Pace, "now"> {
  readonly name: string;
  /** Absolute path of an ES module. */
  readonly module: string;
  /** What tracelet reads itself. */
  readonly ownKeys: ReadonlySet<string>;
}

/**
 * A probe of the user's own, from a local ES module whose default export has the function `open` of `Probe`. It runs in
 * this process: a promise that hangs is left behind, a loop that never ends is not.
 *
 * Left out: everything until it has answered, and between one reading and the next.
 * Fails: when the module cannot be loaded or its export has another shape, and as the probe itself does.
 */
export function moduleProbe(options: ModuleProbeOptions): Probe {
  const { name, module, ownKeys } = options;
  const description = "What a module of the user reads.";
  return {
    id: `custom:${name}`,
    metrics: [{ key: name, unit: "count", kind: "gauge", description, source: module }],
    open(host) {
      let opened: OpenProbe | undefined;
      const read = async () => {
        opened ??= await openModule(module, host);
        return checkReadings(await opened.sample({ ownPids: [] }), ownKeys);
      };
      const sample = readAtPace(read, { ...options, now: () => host.now() });
      return Promise.resolve({ sample, close: () => closeQuietly(opened) });
    },
  };
}

/** Loads an ES module by its URL. */
type ImportModule = (url: string) => Promise<{ readonly default?: unknown }>;

async function openModule(path: string, host: Parameters<Probe["open"]>[0]): Promise<OpenProbe> {
  // @ts-expect-error -- a script of one line, beside the executable; its type is below
  const importer: { readonly default: ImportModule } = await import("../../bin/import.js");
  const { default: probe } = await importer.default(pathToFileURL(path).href);
  if (!isProbe(probe)) throw new Error(`the default export of ${path} has no function open`);
  const opened = await probe.open(host);
  if (isReason(opened)) throw new Error(opened.reason);
  return opened;
}

function isProbe(value: unknown): value is Pick<Probe, "open"> {
  return typeof value === "object" && value !== null && "open" in value && typeof value.open === "function";
}

/** Code that is not ours: it may have no such function, and what it throws at the end is nobody's news. */
function closeQuietly(opened: Partial<OpenProbe> | undefined): void {
  try {
    opened?.close?.();
  } catch {
    // The run is over either way.
  }
}
