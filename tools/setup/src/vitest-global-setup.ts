import { startTestServerControl } from "./test-server-control.ts";
import { controlUrlVariable } from "./test-servers.ts";
import { useCompileCache } from "./use-compile-cache.ts";

/** Runs once before all test files; what it returns runs once after them. */
export default async function setup(): Promise<() => Promise<void>> {
  useCompileCache();
  const control = await startTestServerControl();
  process.env[controlUrlVariable] = control.url;
  return () => control.stop();
}
