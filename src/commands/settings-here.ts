import { backendIds } from "../backends/ids.ts";
import type { Settings } from "../model/settings.ts";
import { selectionOf } from "../extract/rules/selection.ts";
import { resolveSettings } from "../settings/resolve.ts";
import { currentFolder } from "./current-folder.ts";

/**
 * The settings that hold where a command is typed; `--dir` among its flags names the store. The patterns in them are
 * looked at too: a mistake in one is to be told before anything starts.
 */
export async function settingsHere(flags: Readonly<Record<string, unknown>>): Promise<Settings> {
  const cwd = currentFolder();
  const settings = await resolveSettings({ flags, env: process.env, cwd, knownBackends: backendIds });
  if (settings.metric.length > 0) await selectionOf(settings);
  return settings;
}
