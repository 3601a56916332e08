import { type FoundParam, paramsOf } from "./printed-values.ts";
import { isKnownSetting } from "./setting-words.ts";
import type { SettingsRow } from "./settings-row.ts";

/** Rows that belong together. */
export interface SettingsBlock {
  add(row: SettingsRow): void;
  /** Its params, where it is one of settings: a title says so, or a name that only settings have. */
  readonly params: readonly FoundParam[];
}

/** Fewer rows without a title are not enough to tell. */
const FEWEST = 3;

export function createSettingsBlock(isTitled: boolean): SettingsBlock {
  const found: FoundParam[] = [];
  /** The sections that the next row may stand in. */
  let sections: readonly SettingsRow[] = [];
  return {
    add(row) {
      sections = sections.filter(({ indent }) => indent < row.indent);
      if (row.value === undefined) {
        sections = [...sections, row];
        return;
      }
      const path = [...sections.map(({ name }) => name), row.name].join(".");
      found.push(...paramsOf(path, row.value));
    },
    get params() {
      const isOne = isTitled || (found.length >= FEWEST && found.some(([name]) => isKnownSetting(name)));
      return isOne ? found : [];
    },
  };
}
