import { createContextKey, type HandlerContext } from "@connectrpc/connect";

/** Where the name of the caller is kept during a call. */
export const principalKey = createContextKey("", { description: "name of the caller's token" });

/** The name of the caller's token; empty where authentication is off. */
export function principalOf(context: Pick<HandlerContext, "values">): string {
  return context.values.get(principalKey);
}
