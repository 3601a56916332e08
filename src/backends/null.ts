import { type Backend, BackendError } from "../model/backend.ts";

/** Takes everything and keeps nothing: the contract at a glance, and a way to try `--backend` without a server. */
export function createNull(): Backend {
  return {
    id: "null",
    limits: { metrics: 1000, params: 1000, tags: 1000 },
    async openRun(run, _known, signal) {
      giveUpIf(signal);
      return { remoteId: run.resumes?.first ?? run.id, detail: {} };
    },
    async write(_run, _batch, signal) {
      giveUpIf(signal);
      return { rejected: [] };
    },
    async uploadArtifact(_run, _file, signal) {
      giveUpIf(signal);
    },
    async endRun(_run, _end, _totals, signal) {
      giveUpIf(signal);
    },
    close() {},
  };
}

function giveUpIf(signal: AbortSignal): void {
  if (signal.aborted) throw new BackendError("the request was given up", { retryable: true, cause: signal.reason });
}
