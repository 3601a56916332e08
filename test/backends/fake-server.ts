import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A real HTTP server on a free port that behaves as a test needs it. */
export interface FakeServer {
  readonly url: string;
  /** What was asked, in order: `POST /path`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export async function startFake(listener: Listener): Promise<FakeServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is always this
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A promise and what fulfils it. */
export function deferred(): { readonly promise: Promise<void>; resolve(): void } {
  let fulfil = (): void => {};
  const promise = new Promise<void>((resolve) => (fulfil = resolve));
  return { promise, resolve: () => fulfil() };
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}
