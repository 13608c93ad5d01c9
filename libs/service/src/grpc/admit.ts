import { authorize, type Requirement } from "../auth/authorize.ts";
import { principalKey } from "../auth/principal-of.ts";
import type { CallRecord } from "../interceptors/call-record.ts";
import type { RpcPolicy } from "../interceptors/rpc-policy.ts";
import type { GrpcCall, GrpcContext } from "./grpc-context.ts";

/**
 * Lets a call of grpc-js go on to its handler; returns whether it has a deadline. Throws where that has passed, and where the
 * caller is not known or not allowed.
 */
export function admit(
  policy: RpcPolicy,
  requirement: Requirement,
  call: GrpcCall,
  context: GrpcContext,
  record: CallRecord,
): boolean {
  const leftMs = context.timeoutMs();
  if (call.cancelled || (leftMs !== undefined && leftMs <= 0)) throw context.endReason();
  if (!policy.authenticator.isOff) {
    const header = call.metadata.get("authorization")[0];
    const principal = authorize(policy.authenticator, header?.toString(), requirement);
    context.values.set(principalKey, principal.name);
    record.principal = principal.name;
  }
  return leftMs !== undefined;
}
