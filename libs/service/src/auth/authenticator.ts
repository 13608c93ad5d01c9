import { createHash, timingSafeEqual } from "node:crypto";
import { FeatureStoreError } from "@timewell/errors";
import type { Scope } from "./scope.ts";
import type { TokenEntry } from "./token-file.ts";

/** Who calls. */
export interface Principal {
  /** Name of the token; empty where authentication is off. */
  readonly name: string;
  readonly scope: Scope;
}

/** Everybody, where authentication is off. */
export const anybody: Principal = { name: "", scope: "admin" };

/** Finds out who calls. */
export class Authenticator {
  #entries: readonly TokenEntry[] | undefined;

  /** Without entries, authentication is off and everybody may do everything. */
  constructor(entries?: readonly TokenEntry[]) {
    this.#entries = entries;
  }

  /** True where everybody may do everything. */
  get isOff(): boolean {
    return this.#entries === undefined;
  }

  /** Takes other tokens from now on. */
  replace(entries: readonly TokenEntry[]): void {
    this.#entries = entries;
  }

  /** Names the holder of an `authorization` header; UNAUTHENTICATED where there is none or it is not known. */
  authenticate(authorization: string | null | undefined): Principal {
    if (this.#entries === undefined) return anybody;
    const token = /^Bearer +(\S{1,512})$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) {
      throw new FeatureStoreError("UNAUTHENTICATED", "Cannot accept the call: it carries no token", {
        hint: "Send `authorization: Bearer <token>`.",
      });
    }
    const digest = createHash("sha256").update(token).digest();
    let found: TokenEntry | undefined;
    // Every entry is compared, each in constant time, so that the time tells nothing about which one is near.
    for (const entry of this.#entries) if (timingSafeEqual(entry.digest, digest)) found = entry;
    if (found === undefined) {
      throw new FeatureStoreError("UNAUTHENTICATED", "Cannot accept the call: its token is not known", {
        hint: "Check the token, or ask the operator whether it was withdrawn.",
      });
    }
    return found;
  }
}
