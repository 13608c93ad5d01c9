import { FeatureStoreError, type ErrorKind } from "@timewell/errors";
import type { CliIo } from "../cli-io.ts";
import { paletteFor } from "../output/colour.ts";
import { toJsonText } from "../output/json.ts";
import type { Session } from "../session.ts";
import type { ServiceName } from "../settings.ts";
import { unreachable } from "./unreachable.ts";

/** An error as it is told. */
export interface ErrorReport {
  readonly kind: string;
  /** What failed and why. */
  readonly message: string;
  /** Which part of the input is wrong; empty where it is the whole. */
  readonly field: string;
  /** How to mend it; may be empty. */
  readonly hint: string;
}

/** Hints that know the flags of the command. */
const hints: Partial<Record<ErrorKind, string>> = {
  UNAUTHENTICATED: "Give a token with --token, or better in TIMEWELL_TOKEN.",
  PERMISSION_DENIED: "Give a token with that scope with --token, or better in TIMEWELL_TOKEN.",
};

/** The user did not interrupt, so the other side did; a server that speaks TLS does so with plain HTTP. */
function cutOff(session: Session, service: ServiceName): ErrorReport {
  const url = session.settings[service];
  const hint = url.startsWith("http:")
    ? `If it speaks TLS, write --${service} ${url.replace("http:", "https:")}; else see its log.`
    : "See its log.";
  return {
    kind: "UNREACHABLE",
    message: `Cannot talk to ${service} at ${url}: it cut the connection`,
    field: "",
    hint,
  };
}

/** Turns whatever was thrown into what is told. */
export function describeError(reason: unknown, session: Session | undefined): ErrorReport {
  const lost = session && unreachable(reason, session.lastService, session.settings);
  if (lost) return { kind: "UNREACHABLE", field: "", ...lost };
  if (!(reason instanceof FeatureStoreError)) {
    const message = reason instanceof Error ? reason.message : String(reason);
    return {
      kind: "INTERNAL",
      message,
      field: "",
      hint: "Run it again with --verbose to see where it happened.",
    };
  }
  const { kind, field } = reason;
  if (kind === "CANCELLED" && session?.lastService !== undefined) return cutOff(session, session.lastService);
  const hint = hints[kind] ?? reason.hint;
  if (kind === "VERSION_CONFLICT") {
    const message = "Cannot apply: another apply came first";
    return { kind, message, field, hint: "Plan again, look at what it shows, then apply." };
  }
  const message =
    reason.hint !== "" && reason.message.endsWith(reason.hint)
      ? reason.message.slice(0, -reason.hint.length)
      : reason.message;
  return { kind, message: message.trim().replace(/\.$/, ""), field, hint };
}

/** Tells of an error: text on stderr, and with `--output json` a document `{ "error": … }` on stdout. */
export async function reportError(
  io: CliIo,
  report: ErrorReport,
  options: { readonly isJson: boolean; readonly cause?: unknown },
): Promise<void> {
  const palette = paletteFor(io, io.errIsTerminal);
  const hint =
    report.hint === "" ? "" : `  ${/[.?!)]$/.test(report.hint) ? report.hint : `${report.hint}.`}\n`;
  io.err(`${palette.red("Error")} ${palette.dim(`(${report.kind})`)}: ${report.message}.\n${hint}`);
  if (options.cause !== undefined) io.err(`${palette.dim(causeText(options.cause))}\n`);
  if (options.isJson) await io.out(toJsonText({ error: report }));
}

function causeText(reason: unknown): string {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  for (let at = reason; at !== undefined && !seen.has(at); at = at instanceof Error ? at.cause : undefined) {
    seen.add(at);
    lines.push(at instanceof Error ? (at.stack ?? at.message) : String(at));
  }
  return lines.join("\ncaused by ");
}
