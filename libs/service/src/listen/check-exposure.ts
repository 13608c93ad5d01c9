import { FeatureStoreError } from "@timewell/errors";
import type { ServiceConfig } from "../config/service-options.ts";
import { isLoopback } from "./is-loopback.ts";

type Exposure = Pick<
  ServiceConfig,
  "listen" | "tlsCert" | "tlsKey" | "tlsClientCa" | "tokens" | "insecureListen"
>;

/** INVALID_CONFIG where other machines could reach the process without TLS or without tokens, and nobody said that this is wanted. */
export function checkExposure(config: Exposure): void {
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    throw new FeatureStoreError(
      "INVALID_CONFIG",
      "Cannot serve TLS: --tls-cert and --tls-key belong together",
      {
        field: config.tlsCert === undefined ? "--tls-cert" : "--tls-key",
        hint: "Give both, or neither.",
      },
    );
  }
  if (config.tlsClientCa !== undefined && config.tlsCert === undefined) {
    throw new FeatureStoreError("INVALID_CONFIG", "Cannot ask clients for certificates: TLS is off", {
      field: "--tls-client-ca",
      hint: "Give --tls-cert and --tls-key too.",
    });
  }
  const { host, port } = config.listen;
  const missing = [
    ...(config.tlsCert === undefined ? ["TLS (--tls-cert and --tls-key)"] : []),
    ...(config.tokens === undefined ? ["tokens (--tokens)"] : []),
  ];
  if (isLoopback(host) || config.insecureListen || missing.length === 0) return;
  throw new FeatureStoreError(
    "INVALID_CONFIG",
    `Cannot listen on ${host}:${port} without ${missing.join(" and ")}: other machines could reach it, and read or change every feature`,
    {
      field: "--listen",
      hint: "Add what is missing, listen on 127.0.0.1, or accept the risk with --insecure-listen.",
    },
  );
}
