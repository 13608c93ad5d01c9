import type { FeatureServiceState, FeatureViewVersion, Snapshot } from "@timewell/contracts";
import { compileOnDemand } from "./compile-on-demand.ts";
import { compileView } from "./compile-view.ts";
import type { CompiledProject, CompiledService, CompiledView } from "./compiled-project.ts";
import { makeSelection } from "./make-selection.ts";
import { resolveUses } from "./resolved-use.ts";
import { featureTypeOf } from "./value-types.ts";

/**
 * Compiles everything of a project, once per snapshot. The result is frozen and shared by all requests; the snapshot must
 * not be changed afterwards. DATA_LOSS where a service pins a version that the snapshot lacks.
 */
export function compileProject(snapshot: Snapshot): CompiledProject {
  const views = new Map<string, readonly CompiledView[]>();
  const viewsById = new Map<number, CompiledView>();
  const versions = new Map<string, readonly FeatureViewVersion[]>();
  for (const state of snapshot.featureViews) {
    const compiled = state.versions.map((version) => compileView(snapshot.project, version));
    views.set(state.name, Object.freeze(compiled));
    versions.set(state.name, state.versions);
    for (const view of compiled) viewsById.set(view.id, view);
  }
  const services = new Map(
    snapshot.featureServices.map((state) => {
      const service = compileService(state, versions, viewsById);
      return [service.name, service] as const;
    }),
  );
  return Object.freeze({
    project: snapshot.project,
    version: snapshot.version,
    snapshot,
    views,
    services,
    viewsById,
  });
}

function compileService(
  state: FeatureServiceState,
  versions: ReadonlyMap<string, readonly FeatureViewVersion[]>,
  viewsById: ReadonlyMap<number, CompiledView>,
): CompiledService {
  const definition = state.definition!;
  const { name } = definition;
  const resolved = resolveUses(state, (view) => versions.get(view) ?? []);
  const uses = resolved.map((use) => {
    const view = viewsById.get(use.version.id)!;
    const features = use.features.map((wanted) =>
      view.features.find((candidate) => candidate.name === wanted.name)!,
    );
    return { name: use.name, view, features, requestKeys: use.requestKeys, whole: use.whole };
  });
  const computedPart = {
    requestData: Object.freeze(
      definition.requestData.map((field) =>
        Object.freeze({ name: field.name, type: featureTypeOf(field.type), dimension: field.dimension }),
      ),
    ),
    onDemand: compileOnDemand(definition, resolved),
  };
  return Object.freeze({
    name,
    revision: state.revision,
    selection: makeSelection({ name, revision: state.revision, ...computedPart }, uses),
    fieldNumbers: new Map(Object.entries(state.fieldNumbers)),
    keyNumbers: new Map(Object.entries(state.keyNumbers)),
    computedNumbers: new Map(Object.entries(state.computedNumbers)),
  });
}
