import { defineConfig } from "vitest/config";

/** Tests of code without processes, servers and timers: a worker runs many such files, one after another. */
const pure = "{libs/{core/*,model,transforms,sdk/define,stores/{ports,conformance}},tools/tidy}/**/*.test.ts";

export default defineConfig({
  test: {
    globalSetup: ["tools/setup/src/vitest-global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Limits are for what hangs: the machine may be busy with something else.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      { extends: true, test: { name: "pure", include: [pure], isolate: false } },
      {
        extends: true,
        test: {
          name: "all others",
          include: ["{apps,libs,tools,examples}/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/out/**", "**/dist/**", pure],
        },
      },
    ],
  },
});
