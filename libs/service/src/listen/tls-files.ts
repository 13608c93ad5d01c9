import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { TlsOptions } from "node:tls";
import { FeatureStoreError } from "@timewell/errors";
import type { ServiceConfig } from "../config/service-options.ts";

/** TLS settings from the files of a config; undefined where TLS is off. INVALID_CONFIG names a file that cannot be used. */
export function readTlsFiles(
  config: Pick<ServiceConfig, "tlsCert" | "tlsKey" | "tlsClientCa">,
): TlsOptions | undefined {
  if (config.tlsCert === undefined || config.tlsKey === undefined) return undefined;
  const options: TlsOptions = {
    cert: readPem("--tls-cert", config.tlsCert),
    key: readPem("--tls-key", config.tlsKey),
    ALPNProtocols: ["h2", "http/1.1"],
    minVersion: "TLSv1.2",
    handshakeTimeout: 10_000,
  };
  if (config.tlsClientCa !== undefined) {
    options.ca = readPem("--tls-client-ca", config.tlsClientCa);
    options.requestCert = true;
    options.rejectUnauthorized = true;
  }
  try {
    createSecureContext(options);
  } catch (cause) {
    throw new FeatureStoreError(
      "INVALID_CONFIG",
      "Cannot serve TLS: certificate and key do not work together",
      {
        field: "--tls-cert",
        hint: "Give the chain and the private key that belongs to its first certificate, both PEM.",
        cause,
      },
    );
  }
  return options;
}

function readPem(flag: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new FeatureStoreError("INVALID_CONFIG", `Cannot read ${flag} ${JSON.stringify(path)}`, {
      field: flag,
      hint: "Check that the file exists and that this process may read it.",
      cause,
    });
  }
}
