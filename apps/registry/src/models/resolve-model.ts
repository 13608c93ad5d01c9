import { create } from "@bufbuild/protobuf";
import { ModelSchema, ModelViewSchema, type Model, type ModelView } from "@timewell/contracts";
import { FeatureStoreError, suggest } from "@timewell/errors";
import { feature, findView, type CompiledProject, type CompiledView } from "@timewell/model";

/** Features of one view version, gathered from all places that name them. */
interface Gathered {
  readonly view: CompiledView;
  readonly features: Set<string>;
}

/**
 * The model as it is recorded: what it leaves out is taken from the project at its registry version (the revision of the
 * service, the views of the service, the version of a view, all features of a view), views and features stand in one order,
 * so that equal models are equal messages.
 *
 * Throws FEATURE_SERVICE_NOT_FOUND, FEATURE_VIEW_NOT_FOUND, FEATURE_NOT_FOUND, and INVALID_REQUEST for a revision that the
 * service did not have at that version.
 */
export function resolveModel(project: CompiledProject, model: Model): Model {
  const revision = serviceRevision(project, model);
  const views = model.views.length === 0 ? viewsOfService(project, model.featureService) : model.views;
  const gathered = new Map<number, Gathered>();
  for (const wanted of views) gather(gathered, project, wanted);
  return create(ModelSchema, {
    ...model,
    featureServiceRevision: revision,
    views: [...gathered.values()]
      .sort((a, b) => compare(a.view.name, b.view.name) || a.view.version - b.view.version)
      .map(toModelView),
  });
}

function serviceRevision(project: CompiledProject, model: Model): number {
  const { featureService: name, featureServiceRevision: revision } = model;
  const field = "model.feature_service_revision";
  if (name === "") {
    if (revision === 0) return 0;
    const problem = `Cannot record the model: got revision ${revision} of no feature service`;
    throw new FeatureStoreError("INVALID_REQUEST", problem, { field, hint: "Name the feature service too" });
  }
  const service = project.services.get(name);
  if (service === undefined) {
    const problem = `Cannot find feature service ${JSON.stringify(name)} in version ${project.version} of project ${project.project}`;
    throw new FeatureStoreError("FEATURE_SERVICE_NOT_FOUND", problem, {
      field: "model.feature_service",
      hint: suggest(name, project.services.keys(), "feature services"),
    });
  }
  if (revision === 0 || revision === service.revision) return service.revision;
  const problem = `Cannot record the model: got revision ${revision} of feature service ${name}, which had revision ${service.revision} in version ${project.version} of the project`;
  throw new FeatureStoreError("INVALID_REQUEST", problem, {
    field,
    hint: "Take version and revision from one receipt",
  });
}

function viewsOfService(project: CompiledProject, service: string): ModelView[] {
  return project.services.get(service)!.selection.views.map(({ view, features }) =>
    create(ModelViewSchema, {
      view: view.name,
      version: view.version,
      features: features.map(({ name }) => name),
    }),
  );
}

function gather(gathered: Map<number, Gathered>, project: CompiledProject, wanted: ModelView): void {
  const view = findView(project, wanted.view, wanted.version);
  const entry = gathered.get(view.id) ?? { view, features: new Set() };
  gathered.set(view.id, entry);
  const names = wanted.features.length === 0 ? view.features.map(({ name }) => name) : wanted.features;
  for (const name of names) entry.features.add(feature(view, name).name);
}

function toModelView({ view, features }: Gathered): ModelView {
  return create(ModelViewSchema, {
    view: view.name,
    version: view.version,
    features: view.features.map(({ name }) => name).filter((name) => features.has(name)),
  });
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
