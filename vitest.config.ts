import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{apps,libs,tools,examples}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/out/**", "**/dist/**"],
    globalSetup: ["tools/setup/src/vitest-global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
