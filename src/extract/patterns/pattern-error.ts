/** A pattern cannot be used: why, and the column, counted from 1, of what is to blame. */
export class PatternError extends Error {
  readonly column: number;

  /** @param problem goes on after “at column 3”: `has a lookahead` */
  constructor(problem: string, column: number) {
    super(problem);
    this.name = "PatternError";
    this.column = column;
  }
}
