import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeCertificates } from "@timewell/setup";
import type { Security } from "./start-apps.ts";

/** Tokens of a deployment, by scope; `app` is what the apps show to the registry. */
export const tokens = {
  read: "canary-token-of-the-reader",
  write: "canary-token-of-the-writer",
  admin: "canary-token-of-the-admin",
  app: "canary-token-of-the-apps",
} as const;

const scopes = { read: "read", write: "write", admin: "admin", app: "read" } as const;

/** Makes a certificate authority, a certificate of localhost and a token file in a folder. */
export function makeSecurity(folder: string): Security {
  const file = (name: string) => path.join(folder, name);
  makeCertificates(folder);
  writeTokens(file("tokens"), tokens);
  return {
    cert: file("server.pem"),
    key: file("server.key"),
    ca: readFileSync(file("ca.pem"), "utf8"),
    caFile: file("ca.pem"),
    tokensFile: file("tokens"),
    adminToken: tokens.admin,
    appToken: tokens.app,
  };
}

/** Writes a token file. */
export function writeTokens(file: string, byName: Readonly<Record<keyof typeof tokens, string>>): void {
  const lines = Object.entries(byName).map(([name, token]) => {
    const digest = createHash("sha256").update(token).digest("hex");
    return `${name} ${scopes[name as keyof typeof scopes]} ${digest}`;
  });
  writeFileSync(file, ["# name scope sha256", ...lines, ""].join("\n"));
}
