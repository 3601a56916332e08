export type LandmarkKind = "epoch" | "checkpoint" | "warning" | "error";

/** A line of the output that says where in the training it is, or that something was wrong. */
export interface Landmark {
  readonly kind: LandmarkKind;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** The line, cut. */
  readonly text: string;
  /** How many lines were alike but for their numbers, this one included. */
  readonly count: number;
}

const MOST_OF_A_KIND = 40;
const LONGEST_TEXT = 200;

/** Most lines have nothing of this, and are not looked at any closer. */
const WORTH_A_LOOK = /epoch|sav|checkpoint|ckpt|wrote|warn|error|exception|traceback|fatal/i;

const ERROR =
  /^\s*Traceback \(most recent call last\)|^\s*[\w.]*(Error|Exception)\b\s*(:|$)|\b(ERROR|CRITICAL|FATAL)\b/;
const WARNING = /\bWARN(ING)?\b|\b\w*Warning:/;
const CHECKPOINT =
  /\b(sav(e|ed|es|ing)|wrote|writing)\b.*(checkpoint|\bckpt|\bmodel\b|\bweights\b|\.(pt|pth|ckpt|safetensors|h5|keras)\b)|\bcheckpoint\b.*\b(saved|written)\b/i;
const EPOCH = /\bepoch\b\D{0,6}(\d+)/i;

type Growing = { -readonly [Field in keyof Landmark]: Landmark[Field] };

/** Looks for landmarks in the lines of an output, in their order and in bounded room. */
export class LandmarkFinder {
  readonly #found: Record<LandmarkKind, Growing[]> = { epoch: [], checkpoint: [], warning: [], error: [] };
  /** Landmarks by kind and text without its numbers. */
  readonly #alike = new Map<string, Growing>();
  #epoch = Number.NEGATIVE_INFINITY;
  /** One of so many is kept, and how many there were: a long training has more than a page has room for. */
  readonly #pace = { epoch: { stride: 1, seen: 0 }, checkpoint: { stride: 1, seen: 0 } };

  /** @param line without escape codes */
  add(line: string, timestamp: number): void {
    if (!WORTH_A_LOOK.test(line)) return;
    const text = line.trim().slice(0, LONGEST_TEXT);
    if (ERROR.test(line)) this.#once("error", text, timestamp);
    else if (WARNING.test(line)) this.#once("warning", text, timestamp);
    else if (CHECKPOINT.test(line)) this.#keep("checkpoint", text, timestamp);
    else this.#epochOf(text, timestamp);
  }

  /** In order of time. */
  get landmarks(): Landmark[] {
    return Object.values(this.#found)
      .flat()
      .sort((one, other) => one.timestamp - other.timestamp);
  }

  #once(kind: "error" | "warning", text: string, timestamp: number): void {
    const shape = `${kind} ${text.replace(/\d+/g, "0")}`;
    const known = this.#alike.get(shape);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    if (this.#found[kind].length >= MOST_OF_A_KIND) return;
    const landmark = { kind, text, timestamp, count: 1 };
    this.#alike.set(shape, landmark);
    this.#found[kind].push(landmark);
  }

  #epochOf(text: string, timestamp: number): void {
    const number = Number(EPOCH.exec(text)?.[1] ?? Number.NaN);
    if (!(number > this.#epoch)) return;
    this.#epoch = number;
    this.#keep("epoch", text, timestamp);
  }

  /** Keeps every other one when there are too many, so that those that are left are spread over the run. */
  #keep(kind: "epoch" | "checkpoint", text: string, timestamp: number): void {
    const pace = this.#pace[kind];
    pace.seen += 1;
    if ((pace.seen - 1) % pace.stride !== 0) return;
    const all = this.#found[kind];
    all.push({ kind, text, timestamp, count: 1 });
    if (all.length <= MOST_OF_A_KIND) return;
    pace.stride *= 2;
    this.#found[kind] = all.filter((_, index) => index % 2 === 0);
  }
}
