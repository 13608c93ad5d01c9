import type { Privilege } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { Authenticator, Principal } from "./authenticator.ts";
import { scopeCovers, scopes } from "./scope.ts";

/** What a call needs: a privilege, or nothing at all for health and reflection. */
export type Requirement = Privilege | "open";

/** Who may go on: UNAUTHENTICATED for unknown callers, PERMISSION_DENIED where the scope does not cover the privilege. */
export function authorize(
  authenticator: Authenticator,
  authorization: string | null | undefined,
  requirement: Requirement,
): Principal {
  if (requirement === "open") return { name: "", scope: "read" };
  const principal = authenticator.authenticate(authorization);
  if (scopeCovers(principal.scope, requirement)) return principal;
  const needed = scopes[requirement - 1] ?? "no scope there is";
  throw new FeatureStoreError(
    "PERMISSION_DENIED",
    `Cannot allow the call: token ${principal.name} has scope ${principal.scope}, expected ${needed}`,
    { hint: "Use a token with that scope." },
  );
}
