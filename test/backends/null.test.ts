import { createBackend } from "../../src/backends/index.ts";
import { testBackend } from "../conformance/backend.ts";

testBackend({ id: "null", create: async () => createBackend("null", {}) });
