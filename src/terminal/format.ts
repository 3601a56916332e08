// The report says numbers in the same words.
export * from "../model/format.ts";
