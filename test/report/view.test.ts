import { describe, expect, test, vi } from "vitest";
import { Board } from "../../src/report/page/board.ts";
import { aligned, smoothed } from "../../src/report/page/lines.ts";
import { firstAtLeast, nearestIndex } from "../../src/report/page/nearest.ts";

describe("the board that all charts share", () => {
  test("shows nothing outside of the run", () => {
    const board = new Board(100);
    board.show(-20, 30);
    expect([board.state.from, board.state.to]).toEqual([0, 50]);
    board.show(90, 130);
    expect([board.state.from, board.state.to]).toEqual([60, 100]);
    expect(board.isZoomed).toBe(true);
    board.reset();
    expect(board.isZoomed).toBe(false);
  });

  test("zooms around the cursor, and never to nothing", () => {
    const board = new Board(100);
    board.point(80);
    board.zoom(0.5);
    expect([board.state.from, board.state.to]).toEqual([40, 90]);
    for (let time = 0; time < 100; time += 1) board.zoom(0.5);
    expect(board.state.to - board.state.from).toBeGreaterThan(0);
  });

  test("moves what is shown with the cursor", () => {
    const board = new Board(100);
    board.show(0, 10);
    board.point(50);
    expect([board.state.from, board.state.to]).toEqual([40, 50]);
  });

  test("tells of each change", () => {
    const board = new Board(100);
    const listener = vi.fn<() => void>();
    board.onChange(listener);
    board.change({ isLog: true });
    expect(listener).toHaveBeenCalledOnce();
  });
});

describe("lines of a chart", () => {
  test("come to one axis of time", () => {
    const one = { times: [0, 2], values: [1, 5] };
    const other = { times: [1, 2], values: [7, 8] };
    expect(aligned([one, other], false)).toEqual({
      times: [0, 1, 2],
      values: [
        [1, undefined, 5],
        [undefined, 7, 8],
      ],
    });
  });

  test("have a hole where readings are missing", () => {
    const times = [0, 10, 20, 200, 210];
    expect(aligned([{ times, values: [1, 1, 1, 2, 2] }], true)).toEqual({
      times: [0, 10, 20, 110, 200, 210],
      values: [[1, 1, 1, null, 2, 2]],
    });
  });

  test("are smoothed without a pull to zero at their start", () => {
    const values = Float32Array.from([5, 5, 5, 5]);
    expect([...smoothed(values, 0.9)].map((value) => Math.round(value * 1e4) / 1e4)).toEqual([5, 5, 5, 5]);
    expect(smoothed(values, 0)).toBe(values);
  });
});

test.each([
  [[1, 2, 4], 2.9, 1, 2],
  [[1, 2, 4], 3.1, 2, 2],
  [[1, 2, 4], 9, 2, 3],
  [[1, 2, 4], -9, 0, 0],
  [[], 1, undefined, 0],
])("in %j the nearest to %s is at %s, and the first that is not less at %s", (times, wanted, nearest, first) => {
  expect(nearestIndex(times, wanted)).toBe(nearest);
  expect(firstAtLeast(times, wanted)).toBe(first);
});
