import { Socket } from "node:net";
import type { StreamName } from "../model/run.ts";
import { type ChildStreams, type OutputWay, waysOf } from "./child-streams.ts";
import type { Launched } from "./launch.ts";
import type { RelaySource } from "./relay.ts";
import type { TerminalControl } from "./signals.ts";
import type { Held } from "./watcher-process.ts";

/** Terminals that the child only prints to; absent where there are none. */
export function resizing(streams: ChildStreams): TerminalControl | undefined {
  const fits = waysOf(streams).flatMap(([stream, way]) =>
    way.kind === "terminal" ? [() => way.terminal.fit(stream === "stdout" ? 1 : 2)] : [],
  );
  return fits.length === 0 ? undefined : { resized: () => fits.forEach((fit) => fit()) };
}

/** What there is to read of a stream. */
export function sourceOf(way: OutputWay, child: Launched, stream: StreamName): RelaySource {
  if (way.kind === "pipe") return way.pipe.read;
  return way.kind === "terminal" ? way.terminal.source() : socketOf(child, stream);
}

/** Node's own end of the socket pair that it made for a stream. */
function socketOf(child: Launched, stream: StreamName): Socket {
  const socket = child.process[stream];
  if (!(socket instanceof Socket)) throw new Error(`the child's ${stream} is no socket`);
  return socket;
}

/** What the watcher is to hold. */
export function heldBy(streams: ChildStreams): Held {
  const ends = waysOf(streams).flatMap(([stream, way]) => {
    if (way.kind === "socket") return [];
    return [[stream, way.kind === "pipe" ? way.pipe.read : way.terminal.master] as const];
  });
  return { ...Object.fromEntries(ends), ...(streams.home ? { terminal: 0 } : {}) };
}
