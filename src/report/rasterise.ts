import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/**
 * Makes a PNG of an SVG. Only the given font is used, whatever the machine has: a container often has none.
 * It takes tens of megabytes, which the process keeps: see picture-process.ts.
 * @param font a TrueType font
 * @throws what resvg throws for an SVG that is none
 */
export async function rasterise(svg: string, font: Uint8Array): Promise<Uint8Array> {
  const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
  const wasm = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
  await initWasm(await readFile(wasm));
  const resvg = new Resvg(svg, { font: { fontBuffers: [font], defaultFontFamily: "DejaVu Sans" } });
  return resvg.render().asPng();
}
