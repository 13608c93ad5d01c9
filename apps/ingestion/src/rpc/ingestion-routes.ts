import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Ingestion } from "@timewell/contracts";
import {
  CollectGarbageResponseSchema,
  MaterializeIncrementalResponseSchema,
  MaterializeResponseSchema,
  RebuildOnlineResponseSchema,
} from "@timewell/contracts";
import { principalOf, withoutFolders } from "@timewell/service";

import type { Applier } from "../applier.ts";
import { backfill } from "../backfill/backfill.ts";
import { collectGarbage } from "../collect-garbage.ts";
import { eraseEntity } from "../erase/erase-entity.ts";
import { findEntity } from "../erase/find-entity.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import { ingestionStatus } from "../ingestion-status.ts";
import { materialize, requestedView } from "../materialize.ts";
import { materializeIncremental } from "../materialize-incremental.ts";
import { push } from "../push.ts";
import type { Streams } from "../streams/streams.ts";
import { pushStream } from "../push/push-stream.ts";
import { rebuildOnline } from "../rebuild-online.ts";
import { compactSegments } from "../segments/compact-segments.ts";
import { quarantineRoutes } from "./quarantine-routes.ts";

/**
 * The Ingestion service over its logic: each method hands the request on and wraps the answer. `draining` ends streams of pushes once
 * what is under way is answered.
 */
export function ingestionRoutes(
  deps: IngestionDeps,
  applier: Applier,
  streams: Streams,
  draining: AbortSignal,
): ServiceImpl<typeof Ingestion> {
  const shown = <T>(stream: AsyncIterable<T>) =>
    withoutFolders(stream, [deps.roots.dataRoot, deps.offlineRoot]);
  return {
    push: (request, context) =>
      push(deps, applier, request, { principal: principalOf(context), signal: context.signal }),
    pushStream: (requests, context) => {
      const caller = { principal: principalOf(context), signal: context.signal };
      return pushStream(requests, (request) => push(deps, applier, request, caller), draining);
    },
    async *materialize(request, context) {
      const view = requestedView(deps, request);
      for await (const progress of shown(materialize(deps, view, request, context.signal)))
        yield create(MaterializeResponseSchema, { progress });
    },
    async *materializeIncremental(request, context) {
      for await (const progress of shown(materializeIncremental(deps, request, context.signal)))
        yield create(MaterializeIncrementalResponseSchema, { progress });
    },
    async *backfill(request, context) {
      yield* shown(backfill(deps, request, context.signal));
    },
    async *rebuildOnline(request, context) {
      const view = requestedView(deps, request);
      for await (const progress of shown(rebuildOnline(deps, view, context.signal)))
        yield create(RebuildOnlineResponseSchema, { progress });
    },
    async *collectGarbage(request, context) {
      for await (const progress of collectGarbage(deps, request, context.signal))
        yield create(CollectGarbageResponseSchema, { progress });
    },
    async *compactSegments(request, context) {
      yield* shown(compactSegments(deps, request, context.signal));
    },
    async *eraseEntity(request, context) {
      yield* shown(eraseEntity(deps, request, principalOf(context)));
    },
    findEntity: (request) => findEntity(deps, request),
    ...quarantineRoutes(deps, applier),
    getIngestionStatus: (request) => ingestionStatus(deps, request, streams),
  };
}
