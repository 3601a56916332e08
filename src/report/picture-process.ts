import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { rasterise } from "./rasterise.ts";

/**
 * A process of its own: an SVG on stdin becomes a PNG on stdout. The watcher stays as small as it is, and what goes wrong
 * with a picture goes wrong here.
 * @param fontPath the font that the picture's text is in
 */
export async function main(fontPath: string): Promise<void> {
  // WebAssembly is compiled for one picture, not for speed: half the time and half the memory.
  setFlagsFromString("--liftoff-only");
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const png = await rasterise(Buffer.concat(chunks).toString(), await readFile(fontPath));
  process.stdout.write(png);
}
