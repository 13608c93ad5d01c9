import { startTestServerControl } from "./test-server-control.ts";
import { controlUrlVariable } from "./test-servers.ts";

/** Runs once before all test files; what it returns runs once after them. */
export default async function setup(): Promise<() => Promise<void>> {
  const control = await startTestServerControl();
  process.env[controlUrlVariable] = control.url;
  return () => control.stop();
}
