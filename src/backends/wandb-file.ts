import { open, rm, stat } from "node:fs/promises";
import { PbfWriter } from "pbf";
import { LOG_HEADER, LogChunks } from "./wandb-log.ts";
import type { WandbRecord } from "./wandb-records.ts";

/** How far a `.wandb` file is. */
export interface LogPosition {
  /** Bytes. */
  readonly position: number;
  /** Records: the next one has the number behind it. */
  readonly records: number;
}

/** A new file with these records, in the place of what is there. Throws what the file system throws. */
export async function createLog(path: string, records: readonly WandbRecord[]): Promise<LogPosition> {
  await replaceFrom(path, 0, LOG_HEADER);
  return appendToLog(path, { position: LOG_HEADER.length, records: 0 }, records);
}

/** Writes records at a position, in the place of what is behind it. Throws what the file system throws. */
export async function appendToLog(
  path: string,
  { position, records: before }: LogPosition,
  records: Iterable<WandbRecord>,
): Promise<LogPosition> {
  const chunks = new LogChunks(position);
  const writer = new PbfWriter();
  let count = before;
  for (const write of records) {
    count += 1;
    writer.pos = 0;
    writer.writeVarintField(1, count);
    write(writer);
    chunks.add(writer.buf.subarray(0, writer.pos));
  }
  await replaceFrom(path, position, chunks.bytes);
  return { position: chunks.position, records: count };
}

/** Whether the file has as many bytes. */
export async function reaches(path: string, position: number): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size >= position,
    () => false,
  );
}

async function replaceFrom(path: string, position: number, bytes: Uint8Array): Promise<void> {
  // `wandb sync` leaves it beside a file that it has brought over, which it then passes by.
  await rm(`${path}.synced`, { force: true });
  const file = await open(path, position === 0 ? "w" : "r+", 0o600);
  try {
    await file.truncate(position);
    for (let at = 0; at < bytes.length;)
      at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  } finally {
    await file.close();
  }
}
