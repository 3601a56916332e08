export { createAlertEngine } from "./engine.ts";
