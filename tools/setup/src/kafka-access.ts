import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

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

/** Makes an authority and a certificate of 127.0.0.1 in a folder. */
function makeCertificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(
    ...["req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test"],
  );
  openssl(...["req", ...key, "-keyout", "broker.pem", "-out", "broker.csr", "-subj", "/CN=localhost"]);
  writeFileSync(path.join(folder, "names"), "subjectAltName=DNS:localhost,IP:127.0.0.1");
  const signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
  openssl("x509", "-req", "-in", "broker.csr", "-out", "broker.crt", ...signing);
  appendFileSync(path.join(folder, "broker.pem"), readFileSync(path.join(folder, "broker.crt")));
}

/**
 * Makes certificates in a folder of the broker's. Returns how to come in, and the settings of a listener named SECURE.
 */
export function secureKafkaListener(
  folder: string,
  port: number,
): { readonly access: KafkaAccess; readonly properties: string } {
  makeCertificates(folder);
  const modules = "org.apache.kafka.common.security";
  const properties = `listener.name.secure.ssl.keystore.type=PEM
listener.name.secure.ssl.keystore.location=${path.join(folder, "broker.pem")}
listener.name.secure.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256
listener.name.secure.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required user_${username}="${password}";
listener.name.secure.scram-sha-256.sasl.jaas.config=${modules}.scram.ScramLoginModule required;
`;
  const ca = readFileSync(path.join(folder, "ca.pem"), "utf8");
  return { access: { brokers: `127.0.0.1:${port}`, ca, username, password }, properties };
}
