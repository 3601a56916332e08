import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Settings } from "../../src/model/settings.ts";
import { resolveSettings } from "../../src/settings/resolve.ts";

/** A folder with these files, by path, for one test. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tracelet-settings-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

interface Scene {
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Folder below the one of the files in which the command is typed. */
  readonly below?: string;
}

/** The settings somebody gets who types the flags in a folder with the files. */
export async function settingsOf(scene: Scene): Promise<Settings> {
  return await resolveIn(folderWith(scene.files), scene);
}

/** As `settingsOf`, in a folder that is there already. */
export async function resolveIn(folder: string, scene: Scene): Promise<Settings> {
  const cwd = scene.below === undefined ? folder : join(folder, scene.below);
  mkdirSync(cwd, { recursive: true });
  return await resolveSettings({
    flags: scene.flags ?? {},
    env: scene.env ?? {},
    cwd,
    knownBackends: ["mlflow", "tensorboard"],
  });
}
