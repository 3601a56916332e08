import type { PbfWriter } from "pbf";
import type { Batch, Rejection, RunTotals } from "../model/backend.ts";
import type { RunEnd } from "../model/run.ts";
import {
  type Moment,
  noteEvent,
  sessionEnd,
  sessionStart,
  textEvent,
  wholeStep,
  writeScalar,
} from "./tensorboard-events.ts";
import { EventFile } from "./tensorboard-file.ts";
import { NO_NOTES, noteIn, type Notes, withNote } from "./tensorboard-notes.ts";
import { RecordBuffer } from "./tensorboard-records.ts";
import { metricTag, systemSeries, TEXTS } from "./tensorboard-tags.ts";
import { alertText, cutTexts, endText, legalText, outputText, table } from "./tensorboard-texts.ts";

/** Tags whose bytes are remembered. */
const MOST_TAGS = 10_000;

/** About what a point takes, in bytes. */
const POINT = 64;

/** One run of ours in its event file. What its methods throw is what the file system throws. */
export class TensorboardRun {
  readonly #file: EventFile;
  readonly #started: number;
  readonly #metricTags = new Map<string, Uint8Array>();
  readonly #systemTags = new Map<string, Uint8Array>();
  #notes: Notes;

  private constructor(file: EventFile, notes: Notes, started: number) {
    this.#file = file;
    this.#notes = notes;
    this.#started = started;
  }

  /**
   * @param started when the run began, in milliseconds since the epoch
   * @returns `undefined` when the file is damaged
   */
  static async open(path: string, started: number): Promise<TensorboardRun | undefined> {
    let notes = NO_NOTES;
    const file = await EventFile.open(path, (record) => {
      const note = noteIn(record);
      if (note !== undefined) notes = withNote(notes, note);
    });
    return file && new TensorboardRun(file, notes, started);
  }

  /** Bytes of whole records in its file. */
  get length(): number {
    return this.#file.length;
  }

  async write(batch: Batch): Promise<Rejection[]> {
    const draft = this.#draft((batch.metrics.length + batch.system.length) * POINT);
    const params = cutTexts(batch.params);
    const tags = cutTexts(batch.tags);
    const rejected = [...params.rejected, ...tags.rejected];
    // A param has the value that came first, a tag the one that came last.
    this.#addTable(draft, "params", { ...this.#notes.params, ...params.texts, ...this.#notes.params });
    this.#addTable(draft, "tags", { ...this.#notes.tags, ...tags.texts });
    if (batch.metrics.length > 0) this.#start(draft);
    const { events } = draft;
    const firstText = events.count;
    for (const event of this.#texts(batch)) events.add(event);
    const firstMetric = events.count;
    for (const { metrics, step, timestamp } of batch.metrics) {
      const isPoint = Number.isFinite(step) && Number.isFinite(timestamp);
      const moment = { timestamp, step: wholeStep(step) };
      for (const key in metrics) {
        const value = metrics[key] ?? Number.NaN;
        if (!isPoint) rejected.push({ what: key, reason: `step ${step} at ${timestamp} is no point in time` });
        else if (!addScalar(events, this.#bytesOf(key, true), moment, value)) rejected.push(tooLarge(key, value));
      }
    }
    const firstSample = events.count;
    for (const sample of batch.system) {
      const moment = { timestamp: sample.timestamp, step: sample.index };
      for (const [tag, value] of systemSeries(sample)) {
        if (!addScalar(events, this.#bytesOf(tag, false), moment, value)) rejected.push(tooLarge(tag, value));
      }
    }
    await this.#append(draft, firstText, firstMetric, firstSample);
    return rejected;
  }

  /** Says how the run ended. What was said before stays as it is. */
  async end(end: RunEnd, totals: RunTotals): Promise<void> {
    if (this.#notes.isEnded) return;
    const draft = this.#draft();
    this.#start(draft);
    draft.events.add(textEvent(`${TEXTS}end`, { timestamp: end.ended, step: 0 }, endText(end, totals)));
    draft.events.add(sessionEnd(end.ended, end.status === "finished"));
    this.#note(draft, { isEnded: true });
    await this.#append(draft);
  }

  /** Shows the end of an output log. */
  async output(name: string, path: string): Promise<void> {
    const { outputs } = this.#notes;
    const text = outputs.includes(name) ? undefined : await outputText(path);
    if (text === undefined) return;
    const draft = this.#draft();
    draft.events.add(textEvent(`${TEXTS}output`, { timestamp: this.#started, step: outputs.length }, text));
    this.#note(draft, { outputs: [name] });
    await this.#append(draft);
  }

  #draft(size?: number): Draft {
    return { events: new RecordBuffer(size), notes: this.#notes };
  }

  /** What the machine is, and what was noticed: at the second of the run at which it was. */
  *#texts({ facts, alerts = [] }: Batch): Generator<(pbf: PbfWriter) => void> {
    if (facts !== undefined) {
      const rows = Object.entries(facts).map(([name, fact]) => [name, String(fact)]);
      const moment = { timestamp: this.#started, step: 0 };
      yield textEvent(`${TEXTS}machine`, moment, table("fact", "value", Object.fromEntries(rows)));
    }
    for (const alert of alerts) {
      const step = wholeStep((alert.timestamp - this.#started) / 1000);
      yield textEvent(`${TEXTS}alerts`, { timestamp: alert.timestamp, step }, alertText(alert));
    }
  }

  #addTable(draft: Draft, what: "params" | "tags", rows: Readonly<Record<string, string>>): void {
    if (JSON.stringify(rows) === JSON.stringify(this.#notes[what])) return;
    const moment = { timestamp: this.#started, step: 0 };
    draft.events.add(textEvent(TEXTS + what, moment, table(what.slice(0, -1), "value", rows)));
    this.#note(draft, { [what]: rows });
  }

  /** The params are complete with the first metric, and are told before it: TensorBoard never looks at them again. */
  #start(draft: Draft): void {
    if (draft.notes.isStarted) return;
    draft.events.add(sessionStart(this.#started, draft.notes.params));
    this.#note(draft, { isStarted: true });
  }

  /** The tag of a metric, or of a series of the machine. */
  #bytesOf(name: string, isMetric: boolean): Uint8Array {
    const tags = isMetric ? this.#metricTags : this.#systemTags;
    const known = tags.get(name);
    if (known !== undefined) return known;
    const bytes = Buffer.from(legalText(isMetric ? metricTag(name) : name), "utf8");
    if (tags.size < MOST_TAGS) tags.set(name, bytes);
    return bytes;
  }

  #note(draft: Draft, note: Partial<Notes>): void {
    draft.events.add(noteEvent(this.#started, JSON.stringify(note)));
    draft.notes = withNote(draft.notes, note);
  }

  async #append({ events, notes }: Draft, ...firsts: readonly number[]): Promise<void> {
    if (events.count === 0) return;
    await this.#file.append(
      events,
      firsts.filter((index) => index < events.count),
    );
    this.#notes = notes;
  }
}

/** Whether its 32 bits hold the value. */
function addScalar(events: RecordBuffer, tag: Uint8Array, moment: Moment, value: number): boolean {
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) return false;
  writeScalar(events.begin(), tag, moment, value);
  events.end();
  return true;
}

/** What is about to be written, and what is known once it is. */
interface Draft {
  readonly events: RecordBuffer;
  notes: Notes;
}

function tooLarge(what: string, value: number): Rejection {
  return { what, reason: `${value} is beyond the 32 bits that TensorBoard has for a number` };
}
