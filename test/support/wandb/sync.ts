import * as path from "node:path";
import { type Ended, start } from "../tracelet.ts";
import type { WandbServer } from "./server.ts";

/** The variables with which W&B's own programs speak to a server of the test, and to nobody else. */
export function wandbVariables(server: Pick<WandbServer, "url">): Record<string, string> {
  return {
    WANDB_BASE_URL: server.url,
    WANDB_API_KEY: "0".repeat(40),
    WANDB_ERROR_REPORTING: "false",
    WANDB_CONSOLE: "wrap",
  };
}

/** Runs `wandb sync` of the real package. */
export function wandbSync(python: string, server: WandbServer, cwd: string, ...words: string[]): Promise<Ended> {
  const command = path.join(path.dirname(python), "wandb");
  return start(command, ["sync", ...words], { cwd, env: wandbVariables(server) }).ended;
}
