/** One setting: where it can be given, what it may be and what it is when nobody gives it. */
export interface SettingSpec {
  /**
   * `list` is several texts and `map` is texts by name. `size` is bytes, as a number or with a unit; `percent` is a
   * number that may have a percent sign. A number or a size
   * with `choices` may be one of those words instead.
   * How each is written on the command line, in a variable and in a file is in docs/settings.md.
   */
  readonly kind: "string" | "number" | "boolean" | "list" | "map" | "choice" | "size" | "percent";
  /** The flag without its dashes. Every flag of a boolean has a `--no-` form, so that a flag can beat a file. */
  readonly flag: string;
  /** Stands for the value in help texts; a switch has none. */
  readonly placeholder?: string;
  /** Absent: the default is worked out when the run starts, and `defaultText` says how. */
  readonly default?: string | number | boolean | readonly string[];
  readonly defaultText?: string;
  /** One sentence. */
  readonly description: string;
  /** A good value as typed in a shell; messages and docs show it. */
  readonly example: string;
  readonly choices?: readonly string[];
  /** Only whole numbers. */
  readonly whole?: boolean;
  /** Smallest size that is allowed, in bytes. */
  readonly minimum?: number;
  /** Largest number, or size in bytes, that is allowed. */
  readonly maximum?: number;
}

/** Longest time setting in seconds: one day, well below the 24 days at which a timer of Node would fire at once. */
export const ONE_DAY = 86_400;
