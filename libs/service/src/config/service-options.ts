import type { ConfigOf } from "./config-option.ts";
import { addressOption, booleanOption, choiceOption, durationOption, pathOption } from "./options.ts";

/** The options that every service has. `listenDefault` is its loopback address, for example `127.0.0.1:7402`. */
export function serviceOptions<const Listen extends string>(listenDefault: Listen) {
  return {
    listen: addressOption({
      describe: "Listen here; an address that other machines reach needs --tls-cert, --tls-key and --tokens",
      default: listenDefault as string,
    }),
    tlsCert: pathOption({ describe: "Serve TLS with this certificate chain (PEM)" }),
    tlsKey: pathOption({ describe: "Private key of the certificate (PEM)" }),
    tlsClientCa: pathOption({ describe: "Accept only clients with a certificate of this authority (PEM)" }),
    tokens: pathOption({
      describe: "Accept only callers with a token of this file; each line: name scope sha256",
    }),
    insecureListen: booleanOption({
      describe:
        "Listen on an address that other machines reach without TLS or tokens: anybody there can read and change everything",
    }),
    reflection: booleanOption({
      describe: "Tell any caller the contracts, also on an address that other machines reach",
    }),
    drainGrace: durationOption({
      describe: "At the end, let calls under way finish for this long",
      default: "5s",
      max: "8s",
    }),
    logLevel: choiceOption({
      describe: "Log this and what is more severe",
      choices: ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
      default: "info",
    }),
    portFile: pathOption({ describe: "Write the addresses to this file as JSON once ready" }),
  };
}

/** Values of `serviceOptions`. */
export type ServiceConfig = ConfigOf<ReturnType<typeof serviceOptions>>;
