import type { ServiceName, Settings } from "../settings.ts";

/** Why no connection came about, for people. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name cannot be looked up",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  ETIMEDOUT: "it does not answer",
};

const tlsCodes = /^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(VERIFY|GET))/;

/** What went wrong below an error: the first system or TLS code of its causes. */
export function connectionCode(error: unknown): string | undefined {
  const seen = new Set<unknown>();
  for (let at = error; typeof at === "object" && at !== null && !seen.has(at);) {
    seen.add(at);
    const { code, cause, errors } = at as { code?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === "string" && (Object.hasOwn(reasons, code) || tlsCodes.test(code))) return code;
    const inText = /\b(ECONN\w+|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)\b/.exec(
      at instanceof Error ? at.message : "",
    )?.[1];
    if (cause === undefined && inText !== undefined && Object.hasOwn(reasons, inText)) return inText;
    at = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return undefined;
}

/** What to tell where a service cannot be reached; undefined where the error is about something else. */
export function unreachable(
  error: unknown,
  service: ServiceName | undefined,
  settings: Settings,
): { readonly message: string; readonly hint: string } | undefined {
  const code = connectionCode(error);
  if (code === undefined || service === undefined) return undefined;
  const at = `Cannot reach ${service} at ${settings[service]}`;
  if (tlsCodes.test(code)) {
    return {
      message: `${at}: its certificate is not trusted (${code})`,
      hint: "Name its authority with --tls-ca FILE.",
    };
  }
  const hint = `Start it with \`timewell serve ${service}\` (or all four with \`timewell serve standalone\`), or say where it is with --${service} URL.`;
  return { message: `${at}: ${reasons[code] ?? code}`, hint };
}
