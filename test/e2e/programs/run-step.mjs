// What srun does: has the daemon at a port run the rest of the command line, with our environment, and waits for its end.
import { request } from "node:http";
import { text } from "node:stream/consumers";

const [port, ...words] = process.argv.slice(2);
const asking = request({ host: "127.0.0.1", port, method: "POST" }, async (response) => {
  process.exitCode = Number(await text(response));
});
asking.end(JSON.stringify({ words, env: process.env }));
