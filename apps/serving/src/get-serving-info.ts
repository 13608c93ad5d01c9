import { create } from "@bufbuild/protobuf";
import {
  type GetServingInfoRequest,
  type GetServingInfoResponse,
  GetServingInfoResponseSchema,
} from "@timewell/contracts";

import type { ServingDeps } from "./serving-deps.ts";

/** Which snapshots this server serves from, and when it last heard of the registry. */
export function getServingInfo(deps: ServingDeps, request: GetServingInfoRequest): GetServingInfoResponse {
  const projects =
    request.project === "" ? deps.definitions.projects() : [deps.definitions.project(request.project)];
  const ageMs = deps.definitions.ageMs();
  return create(GetServingInfoResponseSchema, {
    projects: projects
      .map(({ project, version }) => ({ project, version }))
      .sort((a, b) => (a.project < b.project ? -1 : 1)),
    engine: deps.onlineStore.engine,
    ...(ageMs === undefined ? {} : { registryAgeMs: BigInt(Math.round(ageMs)) }),
  });
}
