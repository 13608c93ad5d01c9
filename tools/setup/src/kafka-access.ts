import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeCertificates } from "./make-certificates.ts";

/** How to reach the listener of a test broker that speaks TLS and wants a password. */
export interface KafkaAccess {
  /** `HOST:PORT`. */
  readonly brokers: string;
  /** The authority that signed the broker's certificate, PEM. */
  readonly ca: string;
  /** Known by PLAIN; by SCRAM where a test makes its own users. */
  readonly username: string;
  readonly password: string;
}

const username = "reader";
const password = "only-for-tests";

/**
 * Makes certificates in a folder of the broker's. Returns how to come in, and the settings of a listener named SECURE.
 */
export function secureKafkaListener(
  folder: string,
  port: number,
): { readonly access: KafkaAccess; readonly properties: string } {
  makeCertificates(folder);
  const file = (name: string) => path.join(folder, name);
  writeFileSync(
    file("broker.pem"),
    readFileSync(file("server.key"), "utf8") + readFileSync(file("server.pem"), "utf8"),
  );
  const modules = "org.apache.kafka.common.security";
  const properties = `listener.name.secure.ssl.keystore.type=PEM
listener.name.secure.ssl.keystore.location=${file("broker.pem")}
listener.name.secure.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256
listener.name.secure.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required user_${username}="${password}";
listener.name.secure.scram-sha-256.sasl.jaas.config=${modules}.scram.ScramLoginModule required;
`;
  const ca = readFileSync(file("ca.pem"), "utf8");
  return { access: { brokers: `127.0.0.1:${port}`, ca, username, password }, properties };
}
