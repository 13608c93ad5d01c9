import { authorize, type Requirement } from "../auth/authorize.ts";
import { principalKey } from "../auth/principal-of.ts";
import type { CallRecord } from "../interceptors/call-record.ts";
import type { RpcPolicy } from "../interceptors/rpc-policy.ts";
import type { GrpcCall } from "./grpc-call.ts";
import type { GrpcContext } from "./grpc-context.ts";

/**
 * Lets a gRPC call go on to its handler; returns the milliseconds until its deadline, undefined where it has none. Throws where
 * that has passed, and where the caller is not known or not allowed.
 */
export function admit(
  policy: RpcPolicy,
  requirement: Requirement,
  call: GrpcCall,
  context: GrpcContext,
  record: CallRecord,
): number | undefined {
  const leftMs = context.timeoutMs();
  if (call.cancelled || (leftMs !== undefined && leftMs <= 0)) throw context.endReason();
  if (!policy.authenticator.isOff) {
    const principal = authorize(policy.authenticator, call.header("authorization"), requirement);
    context.values.set(principalKey, principal.name);
    record.principal = principal.name;
  }
  return leftMs;
}
