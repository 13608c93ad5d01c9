import { rename, writeFile } from "node:fs/promises";
import type { Endpoint } from "../workers/worker-messages.ts";
import type { HostProcess } from "./run-app.ts";

/** Tells where an app answers: to people on stderr, to harnesses on stdout and in the port file. */
export async function announce(
  name: string,
  endpoints: readonly Endpoint[],
  portFile: string | undefined,
  host: HostProcess,
): Promise<void> {
  const urls = Object.fromEntries(endpoints.map((endpoint) => [endpoint.name, endpoint.url]));
  const line = `${JSON.stringify({ ready: true, name, endpoints: urls })}\n`;
  if (portFile !== undefined) {
    // A reader never sees half of it.
    await writeFile(`${portFile}.tmp`, line);
    await rename(`${portFile}.tmp`, portFile);
  }
  const shown = endpoints.map((endpoint) => `${endpoint.name} ${endpoint.url}`).join(", ");
  host.stderr.write(`${name} is ready: ${shown}\n`);
  host.stdout.write(line);
}
