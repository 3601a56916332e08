import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { buffer, text } from "node:stream/consumers";

/** A real HTTP server on a free port of this machine. */
export interface LocalServer {
  readonly url: string;
  /** What was asked so far, in order: `POST /path`. */
  readonly requests: readonly string[];
  /** Closes the port and cuts every connection, as a server that is killed does. */
  kill(): Promise<void>;
}

export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<LocalServer> {
  const requests: string[] = [];
  const server = createServer((incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    answer(incoming, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, requests, kill: () => kill(server) };
}

/** An address that refuses connections: a server had it a moment ago. */
export async function refusing(): Promise<LocalServer> {
  const server = await serve(() => {});
  await server.kill();
  return server;
}

/** Answers every request with status 500. */
export function failing(): Promise<LocalServer> {
  return serve((_request, response) => response.writeHead(500).end("out of order"));
}

/** Takes every request and never answers. */
export function hanging(): Promise<LocalServer> {
  return serve(() => {});
}

/**
 * Stands in front of another server and dies with the request of that number among those to `path`: the other server
 * still gets and does it, and nobody learns of that.
 */
export async function dyingProxy(target: string, path: string, number: number): Promise<LocalServer> {
  let seen = 0;
  const proxy = await serve((incoming, response) => {
    if (incoming.url?.endsWith(path) === true) seen += 1;
    const isLast = seen === number;
    void forward(target, incoming, response, isLast)
      .then(() => (isLast ? proxy.kill() : undefined))
      .catch(() => response.destroy()); // either side has gone away
  });
  return proxy;
}

/** Stands in front of another server and takes artifacts to their last byte, only to answer 500. */
export function losingArtifacts(target: string): Promise<LocalServer> {
  return serve((incoming, response) => {
    if (incoming.method === "PUT") {
      void buffer(incoming).then(() => response.writeHead(500).end("no space left"));
    } else {
      void forward(target, incoming, response, false).catch(() => response.destroy());
    }
  });
}

async function forward(
  target: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  swallow: boolean,
): Promise<void> {
  const { method, headers } = incoming;
  const onwards = request(new URL(incoming.url ?? "/", target), { method, headers });
  incoming.pipe(onwards);
  const [answer] = (await once(onwards, "response")) as [IncomingMessage];
  const body = await text(answer);
  if (!swallow) response.writeHead(answer.statusCode ?? 500, answer.headers).end(body);
}

async function kill(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
