import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A small HTTP proxy on a free port, for tests. */
export interface ProxyServer {
  readonly url: string;
  readonly port: number;
  /** What it was asked, in order: `CONNECT host:port` or `POST http://host/path`. */
  readonly requests: readonly string[];
  /** Connections that it has open to its clients. */
  readonly open: () => number;
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** What `Proxy-Authorization` has to be; anything when left out. */
  readonly authorization?: string;
  /** Takes requests and never answers. */
  readonly hangs?: boolean;
  /** Answers all requests with this status. */
  readonly status?: number;
}

/** Tunnels for CONNECT, and requests with a whole address handed on. https://www.rfc-editor.org/rfc/rfc9110#CONNECT */
export async function startProxy(options: ProxyOptions = {}): Promise<ProxyServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const statusFor = ({ headers }: IncomingMessage): number | undefined => {
    const { authorization } = options;
    return authorization === undefined || headers["proxy-authorization"] === authorization ? options.status : 407;
  };

  const server = createServer((incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    const status = statusFor(incoming);
    if (options.hangs === true) return;
    if (status !== undefined) {
      response.writeHead(status).end("<html>the proxy</html>");
      return;
    }
    const { method, headers } = incoming;
    const { "proxy-authorization": _ours, "proxy-connection": _also, ...others } = headers;
    const onwards = request(incoming.url ?? "", { method, headers: others }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
      // As tinyproxy does: no word that the connection ends with this answer, and it ends.
      response.on("finish", () => incoming.socket.destroySoon());
    });
    onwards.on("error", () => response.writeHead(502).end());
    incoming.pipe(onwards);
  });
  server.on("connect", (incoming, socket: Socket) => {
    requests.push(`CONNECT ${incoming.url}`);
    socket.on("error", () => socket.destroy());
    const status = statusFor(incoming);
    if (options.hangs === true) {
      // Without reading it would never see that its client has gone.
      socket.on("end", () => socket.destroy()).resume();
      return;
    }
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-type: text/html\r\n\r\n<html>the proxy</html>`);
      return;
    }
    const [host, port] = (incoming.url ?? "").split(":");
    const onwards = connect(Number(port), host ?? "", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onwards.pipe(socket);
      socket.pipe(onwards);
    });
    onwards.on("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
    onwards.on("close", () => socket.destroy());
    socket.on("close", () => onwards.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is always this
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    open: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
