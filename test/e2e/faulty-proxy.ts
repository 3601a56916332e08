import { once } from "node:events";
import { createServer, type IncomingMessage, request as ask, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, text } from "node:stream/consumers";

/** What a fault does with one request in place of handing it on. */
export type Fault = (exchange: Exchange) => unknown;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What was sent; read to its end. */
  readonly body: () => Promise<Buffer>;
  /** Hands the request on, and gives the real server's answer. */
  readonly forward: (body: Buffer) => Promise<{ status: number; type: string; body: string }>;
  /** Closes the port and cuts every connection, and opens it again after so many milliseconds. */
  readonly restart: (milliseconds: number) => Promise<void>;
}

export interface FaultyProxy {
  readonly url: string;
  /** Requests that met the fault. */
  readonly faults: () => number;
  kill(): Promise<void>;
}

export interface FaultPlan {
  readonly fault: Fault;
  /** How many batches go through before the first that meets it. */
  readonly after: number;
  /** How many meet it; what comes later goes through. */
  readonly times: number;
}

/** Stands in front of a real server: everything goes through, but for some of the batches of points. */
export async function faultyProxy(target: string, { fault, after, times }: FaultPlan): Promise<FaultyProxy> {
  let batches = 0;
  let faults = 0;
  const server = createServer((request, response) => {
    response.on("error", () => {}); // whoever asked may be gone
    const forward = (body: Buffer) => onwards(target, request, body);
    const exchange = { request, response, body: () => buffer(request), forward, restart };
    const isBatch = request.url?.endsWith("/runs/log-batch") === true;
    if (isBatch) batches += 1;
    const isFaulty = isBatch && batches > after && faults < times;
    if (isFaulty) faults += 1;
    Promise.resolve((isFaulty ? fault : passOn)(exchange)).catch(() => response.destroy());
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;

  async function restart(milliseconds: number): Promise<void> {
    await close(server);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await listen(server, port);
  }

  return { url: `http://127.0.0.1:${port}`, faults: () => faults, kill: () => close(server) };
}

export const passOn: Fault = async ({ request, response, body, forward }) => {
  const answer = await forward(await body());
  response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
  request.resume();
};

async function onwards(target: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  const onward = ask(new URL(url ?? "/", target), { method, headers: { ...headers, host: new URL(target).host } });
  onward.end(body);
  const [answer] = (await once(onward, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 500, type: answer.headers["content-type"] ?? "", body: await text(answer) };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
