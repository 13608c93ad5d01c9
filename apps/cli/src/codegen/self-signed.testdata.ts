import { execFileSync } from "node:child_process";

/** Makes `ca.pem`, a certificate of this machine that is an authority of its own, and its `key.pem` in a folder. */
export function makeSelfSigned(folder: string): void {
  const key = ["-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", "key.pem"];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  execFileSync("openssl", ["req", "-x509", "-days", "2", ...key, "-out", "ca.pem", ...subject], {
    cwd: folder,
    stdio: "ignore",
  });
}
