import type { RunDirectory } from "../journal/run-directory.ts";
import { isDescriptorShortage, wordsOf } from "../journal/system-error.ts";
import type { JournalWriter } from "../journal/writer.ts";
import type { RunView } from "../model/view.ts";
import { channelProblem } from "../terminal/warnings.ts";
import { isKnown } from "./known-gap.ts";
import { MetricsChannel, type MetricsChannelOptions } from "./metrics-channel.ts";
import type { Recorder } from "./recorder.ts";

/** What the channel shares with everything else that a watcher has. */
export interface BeginChannelOptions extends Pick<MetricsChannelOptions, "counted" | "room" | "onProgress" | "now"> {
  readonly run: RunDirectory;
  /** What earlier watchers have recorded. */
  readonly before: Pick<RunView, "gaps" | "recorded">;
  readonly journal: JournalWriter;
  readonly recorder: Recorder;
  /** A line for the user. */
  readonly notify: (text: string) => void;
  /** The run directory gives nothing now, for this reason. */
  readonly onRefused: (reason: string) => void;
}

/** Begins to read what the command appends to its metrics file, or goes on where another watcher has stopped. */
export function beginChannel(options: BeginChannelOptions): MetricsChannel {
  const { run, before, journal, recorder, counted, room, notify, onRefused, onProgress, now } = options;
  let isTold = false;
  const channel = new MetricsChannel({
    path: run.metrics,
    from: before.recorded.channel.offset,
    counted,
    onPoint: (point) => recorder.line({ ...point, stream: "channel" }),
    onProblem: (reason, error) => {
      const gap = { what: "metrics", reason };
      if (isKnown(before, gap)) return;
      journal.append({ type: "gap", timestamp: now(), ...gap });
      // Once: whoever wants to know more finds it with the run.
      if (isDescriptorShortage(error)) onRefused(wordsOf(error));
      else if (!isTold) notify(channelProblem(reason));
      isTold = true;
    },
    room,
    onProgress,
    now,
    clock: () => performance.now(),
  });
  void channel.readNew();
  return channel;
}
