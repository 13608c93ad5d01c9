import { Privilege } from "@timewell/contracts";
import { type CompiledProject, type CompiledService, serviceDescriptor } from "@timewell/model";
import type { GrpcServer, LiveDescriptors } from "@timewell/service";

import type { AppliedPositions } from "../read-after/applied-positions.ts";
import type { ServingDeps } from "../serving-deps.ts";
import { compileRequestPlan, type RequestPlan } from "./request-plan.ts";
import { createTypedGet } from "./typed-get.ts";

/** A service that is hosted now. */
interface Slot {
  readonly project: string;
  /** Replaced as a whole: a call goes on with the plan that it began with. */
  plan: RequestPlan;
  revision: number;
  unlist: () => void;
}

/**
 * Hosts every feature service as `timewell.features.<project>.<Service>/Get` from now on: those of each new version of a
 * project appear and change with it, and those that were dropped end with UNIMPLEMENTED.
 */
export function hostTypedServices(
  deps: ServingDeps,
  server: GrpcServer,
  descriptors: LiveDescriptors,
  applied?: AppliedPositions,
): void {
  const get = createTypedGet(deps, applied);
  const slots = new Map<string, Slot>();

  function put(project: CompiledProject, service: CompiledService): string {
    const plan = compileRequestPlan(project, service, deps);
    const slot = slots.get(plan.path);
    if (slot !== undefined) {
      slot.plan = plan;
      if (slot.revision === service.revision) return plan.path;
      slot.revision = service.revision;
      slot.unlist = descriptors.add(serviceDescriptor(project.project, service));
      return plan.path;
    }
    const made: Slot = {
      project: project.project,
      plan,
      revision: service.revision,
      unlist: descriptors.add(serviceDescriptor(project.project, service)),
    };
    slots.set(plan.path, made);
    server.register(plan.path, {
      access: Privilege.READ,
      handler: (bytes, context) => get(made.plan, bytes, context),
    });
    return plan.path;
  }

  function follow(project: CompiledProject): void {
    const live = new Set([...project.services.values()].map((service) => put(project, service)));
    for (const [path, slot] of slots) {
      if (slot.project !== project.project || live.has(path)) continue;
      slots.delete(path);
      server.unregister(path);
      slot.unlist();
    }
  }

  deps.definitions.projects().forEach(follow);
  deps.definitions.onChange(follow);
}
