import { createContextKey, type HandlerContext } from "@connectrpc/connect";
import { authorize } from "../auth/authorize.ts";
import { principalKey } from "../auth/principal-of.ts";
import { toConnectError } from "../errors/to-connect-error.ts";
import { CallRecord } from "./call-record.ts";
import { methodPath, requirementOf } from "./requirement-of.ts";
import type { RpcPolicy } from "./rpc-policy.ts";

/** Where the record of a call is kept while it runs; undefined for calls inside the process. */
export const callKey = createContextKey<CallRecord | undefined>(undefined, {
  description: "record of the call",
});

/** Refuses, before a byte of the body is read: a call past its deadline, an unknown caller, a caller without the privilege. */
export function requestGate(policy: RpcPolicy): (context: HandlerContext) => void {
  return (context) => {
    const call = new CallRecord(
      policy,
      methodPath(context.method),
      context.requestHeader.get("x-request-id"),
    );
    context.values.set(callKey, call);
    context.responseHeader.set("x-request-id", call.requestId);
    const { signal } = context;
    try {
      if (signal.aborted) throw signal.reason;
      const principal = authorize(
        policy.authenticator,
        context.requestHeader.get("authorization"),
        requirementOf(context.method),
      );
      context.values.set(principalKey, principal.name);
      call.principal = principal.name;
    } catch (reason) {
      call.fail(reason);
      throw toConnectError(reason);
    }
    // A body that cannot be read ends the call before an interceptor sees it; the context knows why.
    signal.addEventListener("abort", () => call.owned || call.fail(signal.reason), { once: true });
  };
}
