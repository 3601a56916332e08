import type { Growth } from "./evidence.ts";

/** Points that are kept; beyond them two become one. */
const MOST_POINTS = 128;
/** Fewer in the second half of a run are no line. */
const FEWEST_POINTS = 16;

interface Point {
  readonly seconds: number;
  readonly command: number;
  readonly machine: number;
}

/** Memory over a run in few points, for the line through its second half. */
export class GrowthFold {
  #points: Point[] = [];
  #perPoint = 1;
  #taken: Point[] = [];

  /** Memory of the command (`workload_memory_rss`) and of the machine (`memory_used`), so many seconds into the run. */
  add(seconds: number, command: number, machine: number): void {
    this.#taken.push({ seconds, command, machine });
    if (this.#taken.length < this.#perPoint) return;
    this.#points.push(meanOf(this.#taken));
    this.#taken = [];
    if (this.#points.length < MOST_POINTS) return;
    const pairs = this.#points.filter((_, index) => index % 2 === 0);
    this.#points = pairs.map((point, index) => meanOf([point, this.#points[2 * index + 1] ?? point]));
    this.#perPoint *= 2;
  }

  get growth(): Growth | undefined {
    const half = this.#points.slice(Math.floor(this.#points.length / 2));
    const [first] = half;
    const last = half.at(-1);
    if (first === undefined || last === undefined || half.length < FEWEST_POINTS) return undefined;
    const seconds = half.map((point) => point.seconds);
    const command = lineThrough(
      seconds,
      half.map((point) => point.command),
    );
    const machine = lineThrough(
      seconds,
      half.map((point) => point.machine),
    );
    return {
      seconds: last.seconds - first.seconds,
      slope: command.slope,
      machineSlope: machine.slope,
      fit: command.fit,
    };
  }
}

function meanOf(points: readonly Point[]): Point {
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  return {
    seconds: mean(({ seconds }) => seconds),
    command: mean(({ command }) => command),
    machine: mean(({ machine }) => machine),
  };
}

/** Ordinary least squares. A level line fits nothing: nothing changes. */
function lineThrough(xs: readonly number[], ys: readonly number[]): { slope: number; fit: number } {
  const meanX = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const meanY = ys.reduce((sum, y) => sum + y, 0) / ys.length;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const [index, x] of xs.entries()) {
    const y = ys[index] ?? meanY;
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  if (xx === 0 || yy === 0) return { slope: 0, fit: 0 };
  return { slope: xy / xx, fit: xy ** 2 / (xx * yy) };
}
