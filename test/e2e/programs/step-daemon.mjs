// What a batch system's daemon does: starts programs for others, below itself, in sessions of their own, with the
// environment that they ask for. Prints its port, then serves one request after the other.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

const server = createServer(async (request, response) => {
  const { words, env } = await json(request);
  const step = spawn(words[0], words.slice(1), { env, detached: true, stdio: "ignore" });
  step.once("exit", (code) => response.end(String(code)));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
