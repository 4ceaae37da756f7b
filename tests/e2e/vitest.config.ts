// How the end-to-end test runs: one browser, one file after another.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["*.spec.ts"],
    fileParallelism: false,
    // A browser on a busy machine of two cores needs seconds to start.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
