import type { ResourceUsage, Usage, UsageLine, UsagePart } from "./usage-fold.ts";

const WIDTH = 1000;
const HEIGHT = 500;
/** The field that the lines are in. */
const FIELD = { left: 70, right: WIDTH - 30, top: 105, bottom: HEIGHT - 65 } as const;
const FONT = "DejaVu Sans";
const INK = "#1f2328";
const FAINT = "#59636e";
const GRID = "#d8dee4";

/** Colours that people tell apart who see few. https://jfly.uni-koeln.de/color/ */
const LOOKS: Readonly<Record<Usage, { readonly name: string; readonly color: string }>> = {
  CPU: { name: "CPU", color: "#0072b2" },
  memory: { name: "Memory", color: "#d55e00" },
  GPU: { name: "GPU utilization", color: "#009e73" },
  "GPU memory": { name: "GPU memory", color: "#cc79a7" },
};
/** Few readings are also drawn as dots: a line between two says little. */
const FEW_PARTS = 40;
const TICKS = [0, 25, 50, 75, 100];
const MOST_TIME_TICKS = 8;
const LONGEST_NAME = 60;

/** A picture of what a run used, as SVG of 1000 by 500: shares in percent over seconds since the start. */
export function drawResourceUsage({ name, id, seconds, lines }: ResourceUsage): string {
  const last = Math.max(seconds, ...lines.flatMap(({ parts }) => parts.at(-1)?.to ?? 0));
  const span = last > 0 ? last : 1;
  const x = (second: number) => FIELD.left + (second / span) * (FIELD.right - FIELD.left);
  const title = `${shortened(xmlText(name))} (${xmlText(id)})`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="${FONT}" font-size="14">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(FIELD.left, 36, "Resource usage", `font-size="20" fill="${INK}"`),
    text(FIELD.right, 36, title, `fill="${FAINT}" text-anchor="end"`),
    ...legend(lines),
    ...percentAxis(),
    ...timeAxis(span, x),
    ...lines.flatMap((line) => band(line, x)),
    ...lines.flatMap((line) => curve(line, x)),
    "</svg>",
  ].join("\n");
}

function legend(lines: readonly UsageLine[]): string[] {
  const width = (FIELD.right - FIELD.left) / Math.max(3, lines.length);
  return lines.flatMap(({ usage, devices, mean, peak }, index) => {
    const { name, color } = LOOKS[usage];
    const of = devices > 1 ? ` (mean of ${devices})` : "";
    const left = FIELD.left + index * width;
    return [
      `<rect x="${left}" y="58" width="22" height="4" fill="${color}"/>`,
      text(left + 30, 66, name + of, `fill="${INK}"`),
      text(left + 30, 85, `average ${percent(mean)}, peak ${percent(peak)}`, `fill="${FAINT}" font-size="12"`),
    ];
  });
}

function percentAxis(): string[] {
  const middle = (FIELD.top + FIELD.bottom) / 2;
  return [
    ...TICKS.flatMap((tick) => [
      `<line x1="${FIELD.left}" x2="${FIELD.right}" y1="${y(tick)}" y2="${y(tick)}" stroke="${tick === 0 ? FAINT : GRID}"/>`,
      text(FIELD.left - 10, y(tick) + 5, String(tick), `fill="${FAINT}" text-anchor="end"`),
    ]),
    text(22, middle, "percent", `fill="${INK}" text-anchor="middle" transform="rotate(-90 22 ${middle})"`),
  ];
}

function timeAxis(span: number, x: (second: number) => number): string[] {
  const step = niceStep(span / MOST_TIME_TICKS);
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  const ticks = Array.from({ length: Math.floor(span / step + 1e-9) + 1 }, (_, index) => index * step);
  return [
    ...ticks.flatMap((tick) => [
      `<line x1="${fixed(x(tick))}" x2="${fixed(x(tick))}" y1="${FIELD.bottom}" y2="${FIELD.bottom + 5}" stroke="${FAINT}"/>`,
      text(x(tick), FIELD.bottom + 22, grouped(tick.toFixed(digits)), `fill="${FAINT}" text-anchor="middle"`),
    ]),
    text(
      (FIELD.left + FIELD.right) / 2,
      HEIGHT - 16,
      `seconds since the start${inWords(span)}`,
      `fill="${INK}" text-anchor="middle"`,
    ),
  ];
}

/** Between the least and the most of each part, where a part is more than one reading. */
function band({ usage, parts }: UsageLine, x: (second: number) => number): string[] {
  return stretches(parts).flatMap((stretch) => {
    if (stretch.every(({ min, max }) => min === max)) return [];
    const upper = stretch.map((part) => `${fixed(x(middleOf(part)))},${fixed(y(part.max))}`);
    const lower = stretch.map((part) => `${fixed(x(middleOf(part)))},${fixed(y(part.min))}`);
    const points = [...upper, ...lower.toReversed()].join(" ");
    return [`<polygon points="${points}" fill="${LOOKS[usage].color}" fill-opacity="0.18"/>`];
  });
}

function curve({ usage, parts }: UsageLine, x: (second: number) => number): string[] {
  const { color } = LOOKS[usage];
  const at = (part: UsagePart) => [fixed(x(middleOf(part))), fixed(y(part.mean))] as const;
  const lines = stretches(parts).map(
    (stretch) =>
      `<polyline points="${stretch.map((part) => at(part).join(",")).join(" ")}" fill="none" stroke="${color}" stroke-width="2" stroke-linejoin="round"/>`,
  );
  if (parts.length > FEW_PARTS) return lines;
  const dots = parts.map((part) => {
    const [cx, cy] = at(part);
    return `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${color}"/>`;
  });
  return [...lines, ...dots];
}

/** What lies between gaps. */
function stretches(parts: readonly UsagePart[]): UsagePart[][] {
  const all: UsagePart[][] = [];
  for (const part of parts) {
    if (part.isAfterGap || all.length === 0) all.push([]);
    all.at(-1)?.push(part);
  }
  return all;
}

function middleOf({ from, to }: UsagePart): number {
  return (from + to) / 2;
}

/** A share above 100 is drawn as 100. */
function y(share: number): number {
  return FIELD.bottom - (Math.min(100, Math.max(0, share)) / 100) * (FIELD.bottom - FIELD.top);
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((factor) => factor * power >= least) ?? 10) * power;
}

/** What so many seconds are to people: ` (26 h)`. */
function inWords(seconds: number): string {
  if (seconds < 600) return "";
  const hours = seconds / 3600;
  if (hours < 2) return ` (${Math.round(seconds / 60)} min in all)`;
  return hours < 72 ? ` (${Math.round(hours)} h in all)` : ` (${Math.round(hours / 24)} days in all)`;
}

function grouped(digits: string): string {
  return digits.length > 4 && !digits.includes(".") ? digits.replace(/\B(?=(\d{3})+$)/g, "\u00a0") : digits;
}

function percent(value: number): string {
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} %`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${attributes}>${escaped(content)}</text>`;
}

function fixed(value: number): string {
  return String(Number(value.toFixed(2)));
}

function shortened(name: string): string {
  const characters = Array.from(name);
  return characters.length <= LONGEST_NAME ? name : `${characters.slice(0, LONGEST_NAME - 1).join("")}…`;
}

/** XML has no control characters, and no half characters. */
function xmlText(name: string): string {
  return name.replace(/[\p{Cc}\p{Cs}\ufffe\uffff\u202a-\u202e\u2066-\u2069]/gu, " ").trim();
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
