import { create } from "@bufbuild/protobuf";
import { Change_Action, Change_DetailSchema, DefinitionKind, type Change } from "@timewell/contracts";
import type { RegistryStore } from "@timewell/store-ports";

/** Models that a line names; of more it says that there are more. */
const namedMax = 5;

/** Adds to each view that gets a new version which recorded models read it: they go on with the version that they know. */
export async function nameReaders(
  store: RegistryStore,
  project: string,
  changes: readonly Change[],
): Promise<Change[]> {
  const named: Change[] = [];
  for (const change of changes) {
    const { kind, name, action } = change;
    const isBroken = kind === DefinitionKind.FEATURE_VIEW && action === Change_Action.NEW_VERSION;
    const readers = isBroken ? await readersOf(store, project, name) : "";
    const after = "they go on reading the version that they were made with";
    const detail = create(Change_DetailSchema, { path: "models", before: readers, after });
    named.push(readers === "" ? change : { ...change, details: [...change.details, detail] });
  }
  return named;
}

async function readersOf(store: RegistryStore, project: string, view: string): Promise<string> {
  const found = await store.listModels(project, { view }, namedMax + 1);
  const names = found.map(({ model }) => `${model.name} ${model.version}`);
  return names.length > namedMax ? `${names.slice(0, namedMax).join(", ")}, …` : names.join(", ");
}
