import type { FeatureReferences } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";

import type { CompiledProject } from "./compiled-project.ts";
import { selectReferences } from "./select-references.ts";
import { selectService } from "./select-service.ts";
import type { Selection } from "./selection.ts";

/** The `selection` of a request, as Protobuf gives it. */
export type RequestedSelection =
  | { readonly case: "featureService"; readonly value: string }
  | { readonly case: "features"; readonly value: FeatureReferences }
  | { readonly case: undefined; readonly value?: undefined };

/** Resolves the selection of a request, by service or by references; INVALID_REQUEST where it has neither. */
export function selectRequested(project: CompiledProject, selection: RequestedSelection): Selection {
  if (selection.case === "featureService") return selectService(project, selection.value);
  if (selection.case === "features") return selectReferences(project, selection.value.references);
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    "Cannot tell what to read: neither feature_service nor features is set",
    {
      field: "selection",
      hint: "Name a feature service, or references like view:feature",
    },
  );
}
