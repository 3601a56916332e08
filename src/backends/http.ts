import { createReadStream } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { pipeline } from "node:stream";
import { checkServerIdentity } from "node:tls";

import { createAgents } from "./http-agents.ts";
import {
  AnswerTooLarge,
  connectionError,
  FileShrank,
  givenUp,
  HttpTimeout,
  ProxyRefusal,
  refusedByProxy,
} from "./http-errors.ts";
import type { ProxyChoice } from "./proxies.ts";

/** Part of a file as a request's body: so many bytes, so that one which still grows is sent as it was when measured. */
export interface FileBody {
  readonly path: string;
  readonly size: number;
  /** The first byte to send; 0 when left out. */
  readonly start?: number;
  /** Called whenever more of it is on its way. */
  readonly onProgress?: (() => void) | undefined;
}

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  /** Without credentials: those are a header. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FileBody;
}

/** Any answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpOptions {
  /** Milliseconds in which nothing moves on the connection after which a request fails. */
  readonly timeout: number;
  readonly tls?: Pick<https.AgentOptions, "ca" | "cert" | "key" | "rejectUnauthorized">;
  /** Which proxy to go through; straight to the server when left out. */
  readonly proxies?: ProxyChoice;
}

export interface HttpClient {
  /** One attempt. Throws a `BackendError` where there is no answer; redirects are answers and are not followed. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  close(): void;
}

/** The details of a run with ten thousand metric keys are about 2 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** HTTP/1.1 over connections that are kept open between requests. */
export function createHttp({ timeout, tls, proxies }: HttpOptions): HttpClient {
  const agents = createAgents(tls);
  return {
    async send(request, signal) {
      const proxy = proxies?.(request.url);
      const { origin } = request.url;
      const where = proxy === undefined ? origin : `${origin} through the proxy ${proxy.protocol}//${proxy.host}`;
      if (signal.aborted) throw givenUp(where, signal);
      try {
        const agent = await agents.for(request.url, proxy);
        const onStuck = () => proxy === undefined || agents.drop(proxy);
        const answer = await exchange(request, signal, {
          agent,
          timeout,
          onStuck,
          ...tls,
          ...identity(request.url, proxy),
        });
        if (proxy !== undefined && answer.status === PROXY_WANTS_LOGIN) throw new ProxyRefusal(answer.status);
        return answer;
      } catch (error) {
        if (error instanceof ProxyRefusal) throw refusedByProxy(where, error);
        // Once given up, how the connection broke says nothing.
        throw signal.aborted ? givenUp(where, signal) : connectionError(where, error);
      }
    },
    close: () => agents.close(),
  };
}

const PROXY_WANTS_LOGIN = 407;

/** Behind a proxy Node would compare the certificate of a server without a name, only an address, with `localhost`. */
function identity(url: URL, proxy: URL | undefined): Pick<https.RequestOptions, "checkServerIdentity"> {
  if (proxy === undefined) return {};
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return { checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate) };
}

type Connection = https.RequestOptions & {
  readonly agent: http.Agent;
  readonly timeout: number;
  /** Called when it is given up before there is a connection. */
  readonly onStuck: () => void;
};

function exchange(
  { method, url, headers, body }: HttpRequest,
  signal: AbortSignal,
  { timeout, onStuck, ...connection }: Connection,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const start = url.protocol === "https:" ? https.request : http.request;
    const length = lengthOf(body);
    const request = start(url, {
      method,
      ...connection,
      headers: { ...headers, ...(length === undefined ? {} : { "content-length": length }) },
    });
    const timer = setTimeout(() => giveUp(new HttpTimeout(`nothing moved for ${timeout} ms`)), timeout);
    const abort = (): void => giveUp(new Error("given up", { cause: signal.reason }));
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error);
    };
    const giveUp = (error: Error): void => {
      // Without a connection Node keeps the error for when there is one, which may be never.
      if (request.socket === null) onStuck();
      fail(error);
      request.destroy(error);
    };
    signal.addEventListener("abort", abort);
    const finish = async (response: http.IncomingMessage): Promise<void> => {
      try {
        const answer = await readAnswer(response, () => timer.refresh());
        settle();
        resolve(answer);
      } catch (error) {
        fail(error);
      }
      // An answer before the end of the upload is a refusal: the rest need not be sent.
      if (!request.writableFinished) request.destroy();
    };
    request.on("error", fail);
    // The answer of a proxy that makes no way to the server: nothing was sent to either.
    request.on("proxyConnect", ({ statusCode = 200 }: { readonly statusCode?: number }) => {
      if (statusCode !== 200) request.destroy(new ProxyRefusal(statusCode));
    });
    request.on("response", (response) => {
      void finish(response);
    });
    sendBody(request, body, () => timer.refresh(), fail);
  });
}

function lengthOf(body: HttpRequest["body"]): number | undefined {
  return typeof body === "object" ? body.size : body === undefined ? undefined : Buffer.byteLength(body);
}

function sendBody(
  request: http.ClientRequest,
  body: HttpRequest["body"],
  onProgress: () => void,
  fail: (error: unknown) => void,
): void {
  if (typeof body !== "object" || body.size === 0) {
    request.end(typeof body === "string" ? body : undefined);
    return;
  }
  const { path, size, start = 0, onProgress: onFileProgress } = body;
  const file = createReadStream(path, { start, end: start + size - 1 });
  let sent = 0;
  file.on("data", (chunk) => {
    sent += chunk.length;
    onProgress();
    onFileProgress?.();
  });
  file.on("end", () => {
    // The server would wait for bytes that never come.
    if (sent < size) request.destroy(new FileShrank(`${path} ended after ${sent} of ${size} bytes`));
  });
  pipeline(file, request, (error) => {
    // A request that was answered before its end has settled already; failing it again does nothing.
    if (error) fail(error);
  });
}

async function readAnswer(response: http.IncomingMessage, onProgress: () => void): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    onProgress();
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new AnswerTooLarge(`more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
}
