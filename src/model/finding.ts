/** Something that the figures of a run show, for a person who wants the next run to be better. */
export interface Finding {
  /** The rule that found it: `input-bound`. */
  readonly id: string;
  /** What was found, with the figures and the keys that they are from: a sentence without its full stop. */
  readonly sentence: string;
  /** What to do about it: a sentence without its full stop. */
  readonly advice: string;
}
