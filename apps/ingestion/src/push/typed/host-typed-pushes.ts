import type { HandlerContext } from "@connectrpc/connect";
import { Privilege } from "@timewell/contracts";
import type { CompiledProject, CompiledView } from "@timewell/model";
import { type GrpcServer, type LiveDescriptors, principalOf } from "@timewell/service";

import type { Applier } from "../../applier.ts";
import type { IngestionDeps } from "../../ingestion-deps.ts";
import { acceptPush } from "../accept-push.ts";
import { encodePushAnswer } from "../push-answer.ts";
import { readTypedPush } from "./read-typed-push.ts";
import { compileTypedPushPlan, type TypedPushPlan } from "./typed-push-plan.ts";
import { typedStream } from "./typed-stream.ts";

/** A view version whose pushes are hosted. */
interface Slot {
  readonly project: string;
  /** Replaced as a whole: a push goes on with the plan that it began with. */
  plan: TypedPushPlan;
  unlist: () => void;
}

/**
 * Hosts every version of every feature view as `timewell.ingest.<project>.<View>V<n>` with `Push` and `PushStream` from now on: those
 * of each new version of a project appear and change with it, and those that were dropped end with UNIMPLEMENTED.
 */
export function hostTypedPushes(
  deps: IngestionDeps,
  applier: Applier,
  draining: AbortSignal,
  server: GrpcServer,
  descriptors: LiveDescriptors,
): void {
  const slots = new Map<string, Slot>();

  async function push(plan: TypedPushPlan, bytes: Uint8Array, context: HandlerContext): Promise<Uint8Array> {
    const request = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    applier.refuseWhenOverloaded();
    const limits = { nowUs: deps.clock.nowUs(), futureToleranceUs: deps.settings.futureToleranceUs };
    const caller = { principal: principalOf(context), signal: context.signal };
    const read = readTypedPush(plan, request, limits, caller.principal);
    const { positions, replayed } = await acceptPush(deps, applier, read, caller);
    return replayed ?? encodePushAnswer(read.results, positions);
  }

  function host(name: string, slot: Slot): void {
    server.register(`/${name}/Push`, {
      access: Privilege.WRITE,
      handler: (bytes, context) => push(slot.plan, bytes, context),
    });
    server.registerStream(`/${name}/PushStream`, {
      access: Privilege.WRITE,
      handler: (requests, context) =>
        typedStream(requests, (request) => push(slot.plan, request, context), {
          typeName: slot.plan.requestType,
          draining,
        }),
    });
  }

  function put(project: string, view: CompiledView): string {
    const plan = compileTypedPushPlan(view);
    const name = plan.service.typeName;
    const slot = slots.get(name);
    if (slot === undefined) {
      const made = { project, plan, unlist: descriptors.add(plan.service) };
      slots.set(name, made);
      host(name, made);
      return name;
    }
    if (slot.plan.view.schemaRevision !== view.schemaRevision) slot.unlist = descriptors.add(plan.service);
    slot.plan = plan;
    return name;
  }

  function follow({ project, viewsById }: CompiledProject): void {
    const live = new Set([...viewsById.values()].map((view) => put(project, view)));
    for (const [name, slot] of slots) {
      if (slot.project !== project || live.has(name)) continue;
      slots.delete(name);
      server.unregister(`/${name}/Push`);
      server.unregister(`/${name}/PushStream`);
      slot.unlist();
    }
  }

  deps.definitions.projects().forEach(follow);
  deps.definitions.onChange?.(follow);
}
