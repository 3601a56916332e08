import { type Backend, BackendError, type Batch, type Rejection, type RemoteRun } from "../../src/model/backend.ts";
import type { RunEnd } from "../../src/model/run.ts";

/** What one call is about to do, so that a test can have it fail. */
export type Call = "openRun" | "write" | "uploadArtifact" | "endRun";

/** A tracker in memory that keeps everything it was sent, in order, and fails where a test says so. */
export class MemoryBackend implements Backend {
  readonly id = "memory";
  readonly limits = { metrics: 10, params: 2, tags: 2 };
  remoteId = "r1";
  /** Throws what is to go wrong; called before each call does its work. */
  before: (call: Call, signal: AbortSignal) => unknown = () => {};
  rejects: readonly Rejection[] = [];
  readonly calls: Call[] = [];
  readonly batches: Batch[] = [];
  readonly artifacts: string[] = [];
  readonly ends: RunEnd[] = [];

  async openRun(_run: unknown, _known: unknown, signal: AbortSignal): Promise<RemoteRun> {
    await this.#begin("openRun", signal);
    return { remoteId: this.remoteId, url: `memory://${this.remoteId}`, detail: {} };
  }

  async write(_run: RemoteRun, batch: Batch, signal: AbortSignal) {
    await this.#begin("write", signal);
    this.batches.push(batch);
    return { rejected: this.rejects };
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
    return this.batches.flatMap(({ metrics }) => metrics.map(({ value }) => value));
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
