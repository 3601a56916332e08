import { goalOf } from "../model/goal.ts";
import { fromJournalNumber, type JournalNumber } from "../model/record.ts";
import type { LostLoss } from "./evidence.ts";

/** Losses that are followed; a training has a handful. */
const MOST_LOSSES = 64;

interface Course {
  last: number;
  since: number;
  points: number;
  before: number;
  recoveries: number;
}

/** Which losses stopped being numbers, and where. */
export class LostLossFold {
  /** `undefined` for what only sounds like a loss: `loss_scale`. */
  readonly #courses = new Map<string, Course | undefined>();

  add(metrics: Readonly<Record<string, JournalNumber>>, step: number): void {
    for (const key in metrics) {
      const course = this.#courseOf(key);
      const value = metrics[key];
      if (course !== undefined && value !== undefined) follow(course, fromJournalNumber(value), step);
    }
  }

  get losses(): LostLoss[] {
    return [...this.#courses].flatMap(([key, course]) => {
      if (course === undefined || course.points === 0) return [];
      const { last, since, points, before, recoveries } = course;
      return [{ key, isNan: Number.isNaN(last), since, points, before, recoveries }];
    });
  }

  #courseOf(key: string): Course | undefined {
    if (this.#courses.has(key)) return this.#courses.get(key);
    if (this.#courses.size >= MOST_LOSSES || !/loss/i.test(key)) return undefined;
    const isLoss = goalOf(key) === "min";
    const course = isLoss ? { last: 0, since: 0, points: 0, before: 0, recoveries: 0 } : undefined;
    this.#courses.set(key, course);
    return course;
  }
}

function follow(course: Course, value: number, step: number): void {
  course.last = value;
  if (!Number.isFinite(value)) {
    if (course.points === 0) course.since = step;
    course.points += 1;
    return;
  }
  if (course.points > 0) course.recoveries += 1;
  course.before += course.points + 1;
  course.points = 0;
}
