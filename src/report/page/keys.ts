import type { Board } from "./board.ts";
import { firstAtLeast } from "./nearest.ts";

const FAR = 10;

/**
 * Moves the cursor and the view by keys.
 * @param times where the chart has points
 * @returns whether the key meant something
 */
export function pressed(event: KeyboardEvent, board: Board, times: readonly number[]): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { from, to, isLog } = board.state;
  const by = event.shiftKey ? FAR : 1;
  switch (event.key) {
    case "ArrowLeft":
      step(board, times, -by);
      return true;
    case "ArrowRight":
      step(board, times, by);
      return true;
    case "Home":
      board.point(from);
      return true;
    case "End":
      board.point(to);
      return true;
    case "+":
    case "=":
      board.zoom(0.5);
      return true;
    case "-":
      board.zoom(2);
      return true;
    case "0":
    case "Escape":
      board.reset();
      return true;
    case "l":
    case "L":
      board.change({ isLog: !isLog });
      return true;
    default:
      return false;
  }
}

/** To another point of the chart. Without a cursor it begins at the end that the key comes from. */
function step(board: Board, times: readonly number[], by: number): void {
  const { cursor, from, to } = board.state;
  if (times.length === 0) return;
  if (cursor === undefined) {
    const edge = by > 0 ? firstAtLeast(times, from) : firstAtLeast(times, to + 1e-9) - 1;
    board.point(times[Math.min(times.length - 1, Math.max(0, edge))]!);
    return;
  }
  const here = by > 0 ? firstAtLeast(times, cursor + 1e-9) - 1 : firstAtLeast(times, cursor - 1e-9);
  board.point(times[Math.min(times.length - 1, Math.max(0, here + by))]!);
}
