import { isLocalBackend } from "../backends/ids.ts";
import type { Settings } from "../model/settings.ts";

/** The backends that a run is brought to while it goes on: all with `--upload live`, and local ones unless it is `never`. */
export function followingBackends(
  { backend, upload }: Pick<Settings, "backend" | "upload">,
  isLocal: (id: string) => boolean = isLocalBackend,
): readonly string[] {
  if (upload === "never") return [];
  return upload === "live" ? backend : backend.filter(isLocal);
}
