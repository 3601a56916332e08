/** A line of a file that grows, without its newline. */
export interface AppendedLine {
  /** `undefined`: it is longer than allowed, and was passed over. */
  readonly text: string | undefined;
  /** Offset in the file just behind the line, newline included. */
  readonly end: number;
}

const NEWLINE = 0x0a;

/** Cuts the bytes of a file that grows into lines. It holds one line at most, and of one that is too long nothing. */
export class AppendedLines {
  readonly #longest: number;
  #held: Buffer = Buffer.alloc(0);
  #isTooLong = false;
  /** The first byte that did not come yet. */
  #offset: number;

  /** @param offset of the first byte that comes; a line begins there */
  constructor(offset: number, longest: number) {
    this.#offset = offset;
    this.#longest = longest;
  }

  get offset(): number {
    return this.#offset;
  }

  /** The lines that end in this chunk. */
  push(chunk: Buffer): AppendedLine[] {
    const lines: AppendedLine[] = [];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, at));
      lines.push(this.#take(this.#offset + at + 1));
      from = at + 1;
    }
    this.#hold(chunk.subarray(from));
    this.#offset += chunk.length;
    return lines;
  }

  /** Nothing more comes: the line that has no newline, where there is one. */
  end(): AppendedLine | undefined {
    return this.#held.length === 0 && !this.#isTooLong ? undefined : this.#take(this.#offset);
  }

  /** What is before this offset does not count any more. */
  skipTo(offset: number): void {
    this.#take(offset);
    this.#offset = offset;
  }

  #hold(piece: Buffer): void {
    if (this.#isTooLong || piece.length === 0) return;
    this.#isTooLong = this.#held.length + piece.length > this.#longest;
    this.#held = this.#isTooLong ? Buffer.alloc(0) : Buffer.concat([this.#held, piece]);
  }

  #take(end: number): AppendedLine {
    const text = this.#isTooLong ? undefined : this.#held.toString();
    this.#held = Buffer.alloc(0);
    this.#isTooLong = false;
    return { text, end };
  }
}
