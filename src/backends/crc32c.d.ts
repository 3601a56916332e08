/** crc-32 has types for its other half only. */
declare module "crc-32/crc32c.js" {
  /** CRC-32C (Castagnoli) of some bytes, as a signed 32-bit number. */
  export function buf(data: Uint8Array): number;
}
