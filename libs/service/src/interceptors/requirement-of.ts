import type { DescMethod } from "@bufbuild/protobuf";
import { FeatureStoreError } from "@timewell/errors";
import { accessOf } from "../auth/access-of.ts";
import type { Requirement } from "../auth/authorize.ts";

/** Public interfaces that anybody may call; whether reflection is hosted at all is decided elsewhere. */
const openServices = new Set([
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
]);

/** What a call of the method needs. A method that declares no access is refused to everybody. */
export function requirementOf(method: DescMethod): Requirement {
  if (openServices.has(method.parent.typeName)) return "open";
  const access = accessOf(method);
  if (access !== undefined) return access.privilege;
  throw new FeatureStoreError("INTERNAL", `Cannot host ${methodPath(method)}: it declares no access`, {
    hint: "Give it the option (timewell.types.v1.access).",
  });
}

/** `package.Service/Method`: a method in logs and metrics. */
export function methodPath(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}
