import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { readCa } from "../clients.ts";
import { connectionCode, unreachable } from "../errors/unreachable.ts";
import { serviceNames, type ServiceName, type Settings } from "../settings.ts";

const timeoutMs = 5_000;

/** What an app says of itself. */
export interface Probe {
  readonly service: ServiceName;
  readonly url: string;
  readonly isReachable: boolean;
  /** True where every service of the app is SERVING. */
  readonly isServing: boolean;
  /** Version of the app; undefined where it does not tell. */
  readonly version: string | undefined;
  /** How far its clock is ahead of the one here, ms, to a second; undefined where it is not known. */
  readonly clockAheadMs: number | undefined;
  /** Why it cannot be reached. */
  readonly problem: string | undefined;
  /** What to do about it. */
  readonly mend: string;
}

/** Asks one app how it is. Never throws. */
export async function probe(service: ServiceName, settings: Settings): Promise<Probe> {
  const url = settings[service];
  try {
    const { status, date, body } = await get(new URL("/healthz", url), settings.tlsCa);
    const health = JSON.parse(body) as { serving?: boolean; version?: string };
    const clockMs = Date.parse(date);
    return {
      service,
      url,
      isReachable: true,
      isServing: status === 200 && health.serving === true,
      version: health.version,
      // The header has whole seconds: on average it is half a second behind.
      clockAheadMs: Number.isNaN(clockMs) ? undefined : clockMs + 500 - Date.now(),
      problem: undefined,
      mend: "",
    };
  } catch (error) {
    const why = connectionCode(error) ?? (error instanceof Error ? error.message : String(error));
    return {
      service,
      url,
      isReachable: false,
      isServing: false,
      version: undefined,
      clockAheadMs: undefined,
      problem: why,
      mend: unreachable(error, service, settings)?.hint ?? `Check --${service} and the log of the app.`,
    };
  }
}

/** Asks all four, at once. */
export function probeAll(settings: Settings): Promise<Probe[]> {
  return Promise.all(serviceNames.map((service) => probe(service, settings)));
}

function get(url: URL, caPath: string): Promise<{ status: number; date: string; body: string }> {
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, ...(caPath !== "" && { ca: readCa(caPath) }) };
    const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, date: response.headers.date ?? "", body }),
      );
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.on("error", reject);
    request.end();
  });
}
