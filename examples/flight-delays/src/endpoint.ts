import type { AppProcess } from "./app-process.ts";

/** Address of one service of an app. Throws where the app has no such service. */
export function endpoint(app: AppProcess, name: string): string {
  const url = app.endpoints[name];
  if (url !== undefined) return url;
  throw new Error(`Cannot find the service ${name}: the app has ${Object.keys(app.endpoints).join(", ")}`);
}
