export * from "../model/units.ts";
