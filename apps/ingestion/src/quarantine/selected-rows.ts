import type { QuarantineSelection } from "@timewell/contracts";
import { type ErrorKind, errorKinds, FeatureStoreError, suggest } from "@timewell/errors";
import { type CompiledProject, findView } from "@timewell/model";
import type { QuarantineFilter } from "@timewell/store-ports";

const idsMax = 1_000;

/** The ids of all versions of a view; of all views where the name is empty. FEATURE_VIEW_NOT_FOUND. */
export function viewIdsOf(project: CompiledProject, name: string): number[] {
  if (name === "") return [...project.viewsById.keys()];
  findView(project, name);
  return project.views.get(name)!.map((view) => view.id);
}

/** A kind of error by its name; undefined for the empty one. INVALID_REQUEST for one that there is not. */
export function kindOf(name: string): ErrorKind | undefined {
  if (name === "") return undefined;
  const kind = errorKinds.find((one) => one === name);
  if (kind !== undefined) return kind;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot find kind ${JSON.stringify(name)}: there is no such kind of error`,
    {
      field: "kind",
      hint: suggest(name, errorKinds, "kinds"),
    },
  );
}

/** The rows that a selection means. INVALID_REQUEST where it chooses nothing, LIMIT_EXCEEDED for too many ids. */
export function selectedRows(
  project: CompiledProject,
  view: string,
  selection: QuarantineSelection | undefined,
): QuarantineFilter {
  if (view === "")
    throw new FeatureStoreError("INVALID_REQUEST", "Cannot select refused rows: no feature view is named", {
      field: "feature_view",
      hint: "Name the view whose rows are meant",
    });
  const { ids = [], kind = "", all = false } = selection ?? {};
  if (ids.length > idsMax)
    throw new FeatureStoreError(
      "LIMIT_EXCEEDED",
      `Cannot select ${ids.length} ids: at most ${idsMax} are allowed`,
      {
        field: "selection.ids",
        hint: "Send more than one request, or select by kind",
      },
    );
  if (ids.length === 0 && kind === "" && !all)
    throw new FeatureStoreError("INVALID_REQUEST", "Cannot select refused rows: the selection is empty", {
      field: "selection",
      hint: "Give ids, a kind, or say that all are meant",
    });
  return {
    viewIds: viewIdsOf(project, view),
    ...(ids.length > 0 && { ids: [...new Set(ids)] }),
    ...(kind !== "" && { kind: kindOf(kind) }),
  };
}
