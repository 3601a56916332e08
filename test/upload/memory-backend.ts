import {
  type Backend,
  BackendError,
  type Batch,
  type Rejection,
  type RemoteRun,
  type WriteResult,
} from "../../src/model/backend.ts";
import type { RunEnd } from "../../src/model/run.ts";

/** What one call is about to do, so that a test can have it fail. */
export type Call = "openRun" | "write" | "uploadArtifact" | "endRun";

/** A tracker in memory that keeps everything it was sent, in order, and fails where a test says so. */
export class MemoryBackend implements Backend {
  readonly id = "memory";
  readonly limits = { metrics: 10, params: 2, tags: 2 };
  isLocal?: true;
  remoteId = "r1";
  /** Throws what is to go wrong; called before each call does its work. */
  before: (call: Call, signal: AbortSignal) => unknown = () => {};
  rejects: readonly Rejection[] = [];
  readonly calls: Call[] = [];
  readonly batches: Batch[] = [];
  readonly artifacts: string[] = [];
  readonly ends: RunEnd[] = [];
  /** Of a backend that writes a file: how long it is. It then holds what the batches hold, one byte for each of their points. */
  position?: number;

  async openRun(_run: unknown, known: RemoteRun | undefined, signal: AbortSignal): Promise<RemoteRun> {
    await this.#begin("openRun", signal);
    const run = { remoteId: this.remoteId, url: `memory://${this.remoteId}`, detail: {} };
    if (this.position === undefined) return run;
    return { ...run, position: Math.min(this.position, known?.position ?? 0) };
  }

  async write(run: RemoteRun, batch: Batch, signal: AbortSignal): Promise<WriteResult> {
    await this.#begin("write", signal);
    if (this.position !== undefined) return this.#append(run, batch);
    this.batches.push(batch);
    return { rejected: this.rejects };
  }

  /** Replaces what is behind the position, as a file that is cut to it does. */
  #append({ position = 0, ...run }: RemoteRun, batch: Batch): WriteResult {
    const before = this.values.slice(0, position);
    this.batches.splice(0, this.batches.length);
    const kept = before.map((value) => ({ metrics: { kept: value }, step: 0, timestamp: 0 }));
    this.batches.push({ ...batch, metrics: [...kept, ...batch.metrics] });
    this.position = this.values.length;
    return { rejected: this.rejects, remote: { ...run, position: this.position } };
  }

  async uploadArtifact(_run: RemoteRun, { name }: { name: string }, signal: AbortSignal): Promise<void> {
    await this.#begin("uploadArtifact", signal);
    this.artifacts.push(name);
  }

  async endRun(_run: RemoteRun, end: RunEnd, _totals: unknown, signal: AbortSignal): Promise<void> {
    await this.#begin("endRun", signal);
    this.ends.push(end);
  }

  close(): void {}

  /** Every training point that arrived, as often as it did. */
  get values(): number[] {
    return this.batches.flatMap(({ metrics }) => metrics.flatMap((row) => Object.values(row.metrics)));
  }

  async #begin(call: Call, signal: AbortSignal): Promise<void> {
    this.calls.push(call);
    await this.before(call, signal);
  }
}

/** It may work later. */
export function passing(message = "busy"): BackendError {
  return new BackendError(message, { retryable: true, hint: "wait" });
}

/** It will never work. */
export function lasting(message = "no"): BackendError {
  return new BackendError(message, { retryable: false });
}
