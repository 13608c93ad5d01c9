import { Privilege } from "@timewell/contracts";

/** What a token allows; each includes those before it. */
export const scopes = ["read", "write", "admin"] as const;

/** One scope. */
export type Scope = (typeof scopes)[number];

/** True where the scope includes the privilege. An unspecified privilege is never included. */
export function scopeCovers(scope: Scope, privilege: Privilege): boolean {
  return privilege !== Privilege.UNSPECIFIED && scopes.indexOf(scope) + 1 >= Number(privilege);
}
