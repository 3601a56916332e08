import type { UserError } from "../model/error.ts";

/** Makes the error for a rule: what is wrong with it, and a rule that works. */
export type Fail = (problem: string, instead: string) => UserError;

/** One word of a rule. */
export interface Word {
  readonly text: string;
  /** Where it begins, counted from 0. */
  readonly at: number;
  /** It stood in quotes. */
  readonly quoted: boolean;
}

/** A quoted text; a sign or a run of signs; everything else up to a blank or one of these. */
const WORD = /\s*(?:'([^']*)'|"([^"]*)"|([<>=!]+|[(),])|([^\s<>=!(),'"]+)|(['"]))/gy;

/** The words of a rule, read one after the other. */
export class Words {
  readonly #words: readonly Word[];
  readonly #length: number;
  readonly #fail: Fail;
  #next = 0;

  constructor(text: string, fail: Fail) {
    this.#words = [...text.matchAll(WORD)].map(toWord);
    this.#length = text.trimEnd().length;
    this.#fail = fail;
  }

  /** The word that comes `ahead` after the next. */
  peek(ahead = 0): Word | undefined {
    return this.#words[this.#next + ahead];
  }

  /** Whether these are the next words; then they are taken. */
  take(...texts: readonly string[]): boolean {
    const matches = texts.every((text, index) => {
      const word = this.peek(index);
      return word !== undefined && !word.quoted && word.text === text;
    });
    if (matches) this.#next += texts.length;
    return matches;
  }

  /** Takes the next word. @param what what has to stand there, for the error where nothing does */
  word(what: string, instead: string): Word {
    const word = this.peek();
    if (word === undefined) throw this.error(undefined, `is the end of the rule, and ${what} is missing`, instead);
    this.#next += 1;
    return word;
  }

  /** The error for a word, with its column; `undefined` is the end of the rule. */
  error(word: Word | undefined, problem: string, instead: string): UserError {
    const column = (word?.at ?? this.#length) + 1;
    const subject = word === undefined ? `column ${column}` : `'${word.text}' at column ${column}`;
    return this.#fail(`where ${subject} ${problem}`, instead);
  }
}

function toWord(match: RegExpExecArray): Word {
  const [whole, single, double, sign, plain, stray] = match;
  const text = single ?? double ?? sign ?? plain ?? stray ?? "";
  const isQuoted = single !== undefined || double !== undefined;
  return { text, at: match.index + whole.length - text.length - (isQuoted ? 1 : 0), quoted: isQuoted };
}
