import { type FakeServer, startFake } from "../backends/fake-server.ts";

export interface Pretender extends FakeServer {
  /** Lets the points through that were held back. */
  release(): void;
}

/** A server that says what MLflow says to one run, keeps nothing, and holds points back where a test wants it. */
export async function pretendMlflow(options: {
  artifacts: string;
  holdPoints?: boolean;
  /** What is waited for before an answer. */
  onRequest?: (path: string) => Promise<void>;
}): Promise<Pretender> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const run = { info: { run_id: "r1", experiment_id: "1", artifact_uri: options.artifacts }, data: {} };
  const answers: Readonly<Record<string, unknown>> = {
    "/experiments/get-by-name": { experiment: { experiment_id: "1", lifecycle_stage: "active" } },
    "/runs/search": {},
    "/runs/create": { run },
    "/runs/get": { run },
  };
  const server = await startFake((request, response) => {
    const path = new URL(request.url ?? "", "http://h").pathname.replace("/api/2.0/mlflow", "");
    const answer = () => response.end(JSON.stringify(answers[path] ?? {}));
    request.resume();
    if (options.holdPoints === true && path === "/runs/log-batch") void released.then(answer);
    else void (options.onRequest?.(path) ?? Promise.resolve()).then(answer);
  });
  return { ...server, release: () => release() };
}
