import { create, equals } from "@bufbuild/protobuf";
import { ModelSchema, type Model, type RecordModelRequest } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { compileProject } from "@timewell/model";
import { findSnapshot } from "../find-snapshot.ts";
import type { RegistryDeps } from "../registry-deps.ts";
import { checkModel } from "./check-model.ts";
import { resolveModel } from "./resolve-model.ts";

/**
 * Records what a model was made with, once and for ever.
 *
 * The same content under a name and version again returns the first record; MODEL_CONFLICT, naming what differs, where the content is
 * another one.
 */
export async function recordModel(
  deps: Pick<RegistryDeps, "store" | "clock">,
  request: RecordModelRequest,
  createdBy: string,
): Promise<Model> {
  const asked = request.model ?? create(ModelSchema);
  checkModel(asked);
  const snapshot = await findSnapshot(deps.store, request.project, asked.registryVersion);
  const resolved = resolveModel(compileProject(snapshot), asked);
  const model = create(ModelSchema, { ...resolved, createdAtUs: deps.clock.nowUs(), createdBy });
  const stored = await deps.store.recordModel(request.project, model);
  const { createdAtUs, createdBy: storedBy } = stored;
  const same = create(ModelSchema, { ...resolved, createdAtUs, createdBy: storedBy });
  if (equals(ModelSchema, stored, same)) return stored;
  throw conflict(stored, same);
}

function conflict(stored: Model, asked: Model): FeatureStoreError {
  const field = ModelSchema.fields.find(({ localName }) => {
    const only = (model: Model) =>
      create(ModelSchema, { [localName]: model[localName as keyof Model] } as object);
    return !equals(ModelSchema, only(stored), only(asked));
  });
  const name = field?.name ?? "content";
  return new FeatureStoreError(
    "MODEL_CONFLICT",
    `Cannot record model ${asked.name} ${asked.version}: it is recorded with another ${name}`,
    { field: `model.${name}`, hint: "Record it under a version of its own" },
  );
}
