import { onTestFinished } from "vitest";
import { bodyOf, startFake } from "../backends/fake-server.ts";

/** One run, as the server has it. */
export interface KeptRun {
  readonly name: string;
  status: string;
  /** Every point that was sent, in that order; one that was sent twice is here twice. */
  readonly points: { key: string; value: number; step: number; timestamp: number }[];
  readonly tags: { key: string; value: string }[];
  /** How often it was told to end. */
  ends: number;
}

/** What the requests have that are looked at. */
interface Body {
  readonly filter: string;
  readonly run_name: string;
  readonly run_id: string;
  readonly status: string;
  readonly metrics: KeptRun["points"];
  readonly tags: KeptRun["tags"];
}

const NOTHING: Body = { filter: "", run_name: "", run_id: "", status: "", metrics: [], tags: [] };

export interface KeepingMlflow {
  readonly url: string;
  readonly runs: ReadonlyMap<string, KeptRun>;
}

/** A server that speaks as much of MLflow's protocol as an upload needs, and keeps what it is sent; it ends with the test. */
export async function keepingMlflow(): Promise<KeepingMlflow> {
  const runs = new Map<string, KeptRun>();
  const shown = (id: string) => {
    const run = runs.get(id);
    const info = {
      run_id: id,
      experiment_id: "1",
      status: run?.status,
      artifact_uri: `mlflow-artifacts:/1/${id}/artifacts`,
    };
    return { info, data: { tags: run?.tags ?? [] } };
  };
  const answers: Readonly<Record<string, (body: Body, query: URLSearchParams) => unknown>> = {
    "/experiments/get-by-name": () => ({ experiment: { experiment_id: "1", lifecycle_stage: "active" } }),
    "/runs/search": ({ filter }) => {
      const [, wanted] = /'(.*)'/.exec(filter) ?? [];
      const found = [...runs].filter(([, { tags }]) => tags.some(({ value }) => value === wanted));
      return { runs: found.map(([id]) => shown(id)) };
    },
    "/runs/create": ({ run_name: name, tags }) => {
      const id = `r${runs.size}`;
      runs.set(id, { name, status: "RUNNING", points: [], tags, ends: 0 });
      return { run: shown(id) };
    },
    "/runs/get": (_, query) => ({ run: shown(query.get("run_id") ?? "") }),
    "/runs/log-batch": ({ run_id: id, metrics, tags }) => {
      runs.get(id)?.points.push(...metrics);
      runs.get(id)?.tags.push(...tags);
      return {};
    },
    "/runs/update": ({ run_id: id, status }) => {
      const run = runs.get(id);
      if (run !== undefined) Object.assign(run, { status, ends: run.ends + 1 });
      return {};
    },
  };
  const server = await startFake(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://h");
    const text = await bodyOf(request);
    const answer = answers[pathname.replace("/api/2.0/mlflow", "")];
    const body = answer === undefined || text === "" ? {} : (JSON.parse(text) as Partial<Body>);
    response.end(JSON.stringify(answer?.({ ...NOTHING, ...body }, searchParams) ?? {}));
  });
  onTestFinished(() => server.close());
  return { url: server.url, runs };
}
