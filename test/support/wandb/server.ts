import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/** One question of the GraphQL interface. */
export interface Question {
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What a server of W&B's has got. */
export interface Received {
  readonly questions: readonly Question[];
  /** Lines of `wandb-history.jsonl`, `wandb-events.jsonl`, `output.log` and `wandb-summary.json`, at their numbers. */
  readonly stream: Readonly<Record<string, readonly string[]>>;
  /** From the last word of the file stream. */
  readonly exitCode: number | undefined;
  /** Texts of uploaded files. */
  readonly files: Readonly<Record<string, string>>;
}

export interface WandbServer {
  readonly url: string;
  /** What came for the runs of this id. */
  received(run: string): Received;
  close(): Promise<void>;
}

interface Kept {
  readonly questions: Question[];
  readonly stream: Record<string, string[]>;
  readonly files: Record<string, string>;
  exitCode: number | undefined;
}

/** Stands in for W&B's server, on the loopback interface: answers what `wandb sync` asks, and keeps what it says. */
export async function startWandbServer(): Promise<WandbServer> {
  const runs = new Map<string, Kept>();
  const keptOf = (run: string): Kept => {
    const kept = runs.get(run) ?? { questions: [], stream: {}, files: {}, exitCode: undefined };
    runs.set(run, kept);
    return kept;
  };
  const server = createServer((request, response) => {
    void respond(request, response);
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer(request.url ?? "", body)));
  }

  function answer(path: string, body: Buffer): unknown {
    if (path === "/graphql") return { data: graphql(JSON.parse(body.toString())) };
    const stream = /^\/files\/[^/]+\/[^/]+\/([^/]+)\/file_stream$/.exec(path);
    if (stream !== null) {
      takeStream(keptOf(decodeURIComponent(stream[1] ?? "")), JSON.parse(body.toString()));
      return {};
    }
    const upload = /^\/storage\/([^/]+)\/(.+)$/.exec(path);
    if (upload !== null)
      keptOf(decodeURIComponent(upload[1] ?? "")).files[decodeURIComponent(upload[2] ?? "")] = body.toString();
    return {};
  }

  function graphql({ query, operationName, variables = {} }: Asked): unknown {
    const operation = operationName ?? /(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? "";
    const named = [variables["name"], variables["run"], variables["runName"]].find((name) => typeof name === "string");
    const run = typeof named === "string" ? named : "";
    keptOf(run).questions.push({ operation, variables });
    switch (operation) {
      case "UpsertBucket":
        return { upsertBucket: upserted(variables, keptOf(run)) };
      case "CreateRunFiles": {
        const names = Array.isArray(variables["files"]) ? variables["files"].map(String) : [];
        const files = names.map((name) => ({ name, uploadUrl: `${url}/storage/${run}/${encodeURIComponent(name)}` }));
        return { createRunFiles: { runID: run, uploadHeaders: [], files } };
      }
      case "NotifyScriptableRunAlert":
        return { notifyScriptableRunAlert: { success: true } };
      case "Viewer":
        return { viewer: { id: "1", entity: "team", username: "ada", flags: "{}", teams: { edges: [] } } };
      default:
        return {};
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    received: (run) => keptOf(run),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Asked {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** A run that there was already says how many lines of it there are: who resumes it goes on behind them. */
function upserted({ name, project, displayName, config }: Asked["variables"] & object, kept: Kept): unknown {
  const model = { id: "p", name: project ?? "uncategorized", entity: { id: "e", name: "team" } };
  const lines = (file: string) => kept.stream[file]?.length ?? 0;
  return {
    inserted: kept.questions.length === 1,
    bucket: {
      id: `bucket-${String(name)}`,
      name,
      displayName,
      config: config ?? "{}",
      project: model,
      historyLineCount: lines("wandb-history.jsonl"),
      eventsLineCount: lines("wandb-events.jsonl"),
      logLineCount: lines("output.log"),
    },
  };
}

interface StreamBody {
  readonly files?: Readonly<Record<string, { readonly offset: number; readonly content: readonly string[] }>>;
  readonly exitcode?: number;
  readonly complete?: boolean;
}

function takeStream(kept: Kept, { files = {}, exitcode, complete }: StreamBody): void {
  for (const [name, { offset, content }] of Object.entries(files)) {
    const lines = (kept.stream[name] ??= []);
    for (const [index, line] of content.entries()) lines[offset + index] = line;
  }
  if (complete === true) kept.exitCode = exitcode;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}
