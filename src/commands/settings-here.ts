import { backendIds } from "../backends/ids.ts";
import type { Settings } from "../model/settings.ts";
import { resolveSettings } from "../settings/resolve.ts";
import { currentFolder } from "./current-folder.ts";

/** The settings that hold where a command is typed; `--dir` among its flags names the store. */
export function settingsHere(flags: Readonly<Record<string, unknown>>): Promise<Settings> {
  return resolveSettings({ flags, env: process.env, cwd: currentFolder(), knownBackends: backendIds });
}
