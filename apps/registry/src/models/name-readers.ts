import { create } from "@bufbuild/protobuf";
import { Change_Action, Change_DetailSchema, DefinitionKind, type Change } from "@timewell/contracts";
import type { ModelFilter, RegistryStore } from "@timewell/store-ports";

/** Models that a line names; of more it says that there are more. */
const namedMax = 5;

/**
 * Adds which recorded models read what changes under them: a view that gets a new version, which they do without, and an
 * on-demand feature that gets another expression, which they cannot.
 */
export async function nameReaders(
  store: RegistryStore,
  project: string,
  changes: readonly Change[],
): Promise<Change[]> {
  const named: Change[] = [];
  for (const change of changes) {
    const touched = touchedModels(change);
    const readers = touched === undefined ? "" : await readersOf(store, project, touched.filter);
    const detail = create(Change_DetailSchema, {
      path: "models",
      before: readers,
      after: touched?.after ?? "",
    });
    named.push(readers === "" ? change : { ...change, details: [...change.details, detail] });
  }
  return named;
}

interface TouchedModels {
  readonly filter: ModelFilter;
  /** What becomes of them. */
  readonly after: string;
}

function touchedModels({ kind, name, action, details }: Change): TouchedModels | undefined {
  if (kind === DefinitionKind.FEATURE_VIEW && action === Change_Action.NEW_VERSION) {
    return { filter: { view: name }, after: "they go on reading the version that they were made with" };
  }
  const isOtherExpression = details.some(
    ({ path, before }) => /^on_demand_features\..*\.expression$/.test(path) && before !== "",
  );
  if (kind !== DefinitionKind.FEATURE_SERVICE || !isOtherExpression) return undefined;
  return { filter: { featureService: name }, after: "what they read of it would mean something else" };
}

async function readersOf(store: RegistryStore, project: string, filter: ModelFilter): Promise<string> {
  const found = await store.listModels(project, filter, namedMax + 1);
  const names = found.map(({ model }) => `${model.name} ${model.version}`);
  return names.length > namedMax ? `${names.slice(0, namedMax).join(", ")}, …` : names.join(", ");
}
