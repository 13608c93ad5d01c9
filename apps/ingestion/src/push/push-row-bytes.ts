import { create, toBinary } from "@bufbuild/protobuf";
import { PushRow_Operation, PushRowSchema } from "@timewell/contracts";
import { type CompiledView, featureToValue } from "@timewell/model";
import type { FeatureValue } from "@timewell/row";

import type { IncomingRow } from "../rows/incoming-row.ts";

/** The same row as a push by name has it, for people who look at what was refused. */
export function pushRowBytes(view: CompiledView, row: IncomingRow): Uint8Array {
  const { features } = view.input;
  return toBinary(
    PushRowSchema,
    create(PushRowSchema, {
      keys: Object.fromEntries(
        view.keys.map(({ name, type }, i) => [name, featureToValue(type, row.keys[i] as FeatureValue)]),
      ),
      features: Object.fromEntries(
        row.values.map((value, i) => [features[i]!.name, featureToValue(features[i]!.type, value)]),
      ),
      eventTimeUs: row.eventTimeUs,
      operation: row.deleted ? PushRow_Operation.DELETE : PushRow_Operation.PUT,
    }),
  );
}
