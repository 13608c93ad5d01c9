import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { FeatureStoreError } from "@timewell/errors";
import type { Logger } from "pino";
import { Authenticator } from "./authenticator.ts";
import { parseTokenFile } from "./token-file.ts";

/** An authenticator that follows a file. */
export interface WatchedTokens {
  readonly authenticator: Authenticator;
  /** Reads the file again now. A file that cannot be used leaves the tokens as they are, and is logged. */
  reload(): void;
  close(): void;
}

/** Reads a token file and follows its changes; INVALID_CONFIG where it cannot be used at first. */
export function watchTokenFile(path: string, log: Logger): WatchedTokens {
  const authenticator = new Authenticator(parseTokenFile(readText(path), path));
  const reload = () => {
    try {
      const entries = parseTokenFile(readText(path), path);
      authenticator.replace(entries);
      log.info({ path, tokens: entries.length }, "tokens were read again");
    } catch (err) {
      log.error({ err }, "the token file cannot be used; the tokens before it stay");
    }
  };
  watchFile(path, { interval: 1000, persistent: false }, reload);
  return { authenticator, reload, close: () => unwatchFile(path, reload) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new FeatureStoreError("INVALID_CONFIG", `Cannot read the token file ${JSON.stringify(path)}`, {
      field: "--tokens",
      hint: "Check that the file exists and that this process may read it.",
      cause,
    });
  }
}
