import { readFileSync } from "node:fs";
import { createTimewellClient, type CallTimings, type TimewellClient } from "@timewell/client";
import { FeatureStoreError } from "@timewell/errors";
import type { Settings } from "./settings.ts";

/** Makes the client of the four services; nothing is connected before the first call. `onCall` hears of calls that have ended. */
export function connect(settings: Settings, onCall?: (timings: CallTimings) => void): TimewellClient {
  return createTimewellClient({
    onCall,
    registryUrl: settings.registry,
    servingUrl: settings.serving,
    retrievalUrl: settings.retrieval,
    ingestionUrl: settings.ingestion,
    ...(settings.token !== "" && { token: settings.token }),
    ...(settings.tlsCa !== "" && { tls: { ca: readCa(settings.tlsCa) } }),
  });
}

/** Reads the certificates of `--tls-ca`. INVALID_CONFIG where the file cannot be read. */
export function readCa(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new FeatureStoreError("INVALID_CONFIG", `Cannot read --tls-ca ${path}`, {
      field: "--tls-ca",
      hint: "Name a PEM file with the certificates to trust",
      cause,
    });
  }
}
