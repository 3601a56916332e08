import type { SettingName } from "./table.ts";
import { SETTINGS, settingNames } from "./table.ts";

/** The setting that somebody meant who typed `key`, by its name or its flag; nothing where none is near. */
export function nearestSetting(key: string): SettingName | undefined {
  const typed = normalize(key);
  const distances = settingNames().map((name) => ({
    name,
    distance: Math.min(editDistance(typed, normalize(name)), editDistance(typed, normalize(SETTINGS[name].flag))),
  }));
  const best = distances.reduce((nearest, next) => (next.distance < nearest.distance ? next : nearest));
  return isNear(typed, best.distance) ? best.name : undefined;
}

/** The entry of `words` that somebody meant; nothing where none is near what was typed. */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  const distances = words.map((word) => ({ word, distance: editDistance(normalize(typed), normalize(word)) }));
  const best = distances.sort((left, right) => left.distance - right.distance)[0];
  return best !== undefined && isNear(typed, best.distance) ? best.word : undefined;
}

/** A slip of the fingers, or a form of the same word; not any word that happens to be there. */
function isNear(typed: string, distance: number): boolean {
  return distance <= Math.max(2, typed.length / 2);
}

function normalize(word: string): string {
  return word.toLowerCase().replaceAll("-", "_");
}

/** Levenshtein's: how many letters have to be added, dropped or changed. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, letter] of left.split("").entries()) {
    const next = [i + 1];
    for (let j = 0; j < right.length; j += 1) {
      const changed = (row[j] ?? 0) + (letter === right[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
