import type { Finding } from "../model/finding.ts";
import type { MetricSpec } from "../model/metric.ts";
import type { AlertEpisode, RunView } from "../model/view.ts";
import type { CollectedRun } from "./collector.ts";
import type { Landmark } from "./landmarks.ts";

/** What the page is made of that is no data: made by the build. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** The end of what the command printed. */
export interface OutputTail {
  readonly text: string;
  /** Bytes of the whole output before it. */
  readonly before: number;
}

/** Everything a page tells of a run. */
export interface ReportInput {
  readonly view: RunView;
  /** How the run stands, in words: `failed with exit status 3`. */
  readonly status: string;
  readonly collected: CollectedRun;
  readonly findings: readonly Finding[];
  /** The alerts of the view with the sentence that the terminal has for each. */
  readonly alerts: readonly { readonly episode: AlertEpisode; readonly sentence: string }[];
  readonly landmarks: readonly Landmark[];
  readonly output: OutputTail;
  readonly artifacts: readonly { readonly name: string; readonly bytes: number }[];
  readonly uploads: readonly {
    readonly backend: string;
    readonly isComplete: boolean;
    readonly place?: string;
    /** What to type to look at it. */
    readonly command?: string;
    readonly reason?: string;
  }[];
  /** What a system series means, where it is one of tracelet's own. */
  readonly specOf: (key: string) => MetricSpec | undefined;
  /** When the page was made, in milliseconds since the epoch. */
  readonly now: number;
  /** The IANA name of the time zone that times are told in. */
  readonly zone: string;
  /** Version of tracelet. */
  readonly version: string;
}
