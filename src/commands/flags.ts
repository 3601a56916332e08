import * as Flags from "@oclif/core/flags";
import type * as Interfaces from "@oclif/core/interfaces";
import { flagSpecs } from "../settings/flags.ts";
import type { SettingName } from "../settings/table.ts";

/** The flags of these settings for oclif. Values stay text: the settings table is what validates them. */
export function settingFlags(names?: readonly SettingName[]): Interfaces.FlagInput {
  return Object.fromEntries(
    flagSpecs(names).map((spec) => {
      const { name, description: summary, placeholder: helpValue } = spec;
      if (spec.type === "switch") return [name, Flags.boolean({ summary, allowNo: true })];
      const options = { summary, ...(helpValue === undefined ? {} : { helpValue }) };
      return [
        name,
        spec.repeatable ? Flags.string({ ...options, multiple: true, multipleNonGreedy: true }) : Flags.string(options),
      ];
    }),
  );
}
