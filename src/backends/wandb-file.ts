import { open, rename, stat, writeFile } from "node:fs/promises";
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

/** A new file with these records, in the place of what is there, in one step. Throws what the file system throws. */
export async function createLog(path: string, records: Iterable<WandbRecord>): Promise<LogPosition> {
  const { bytes, end } = encode({ position: LOG_HEADER.length, records: 0 }, records);
  const temporary = `${path}.tmp`;
  await writeFile(temporary, Buffer.concat([LOG_HEADER, bytes]));
  await rename(temporary, path);
  return end;
}

/** Writes records at a position, in the place of what is behind it. Throws what the file system throws. */
export async function appendToLog(
  path: string,
  from: LogPosition,
  records: Iterable<WandbRecord>,
): Promise<LogPosition> {
  const { bytes, end } = encode(from, records);
  const file = await open(path, "r+");
  try {
    await file.truncate(from.position);
    for (let at = 0; at < bytes.length;) {
      at += (await file.write(bytes, at, bytes.length - at, from.position + at)).bytesWritten;
    }
  } finally {
    await file.close();
  }
  return end;
}

/** Whether the file has as many bytes. */
export async function reaches(path: string, position: number): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size >= position,
    () => false,
  );
}

function encode(from: LogPosition, records: Iterable<WandbRecord>): { bytes: Uint8Array; end: LogPosition } {
  const chunks = new LogChunks(from.position);
  const writer = new PbfWriter();
  let count = from.records;
  for (const write of records) {
    count += 1;
    writer.pos = 0;
    writer.writeVarintField(1, count);
    write(writer);
    chunks.add(writer.buf.subarray(0, writer.pos));
  }
  return { bytes: chunks.bytes, end: { position: chunks.position, records: count } };
}
