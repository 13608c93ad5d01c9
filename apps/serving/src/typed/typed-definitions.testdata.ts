import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { DefinitionsSchema, type Snapshot, ValueType } from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import { compileProject, planDefinitions, planDelete } from "@timewell/model";
import { encodeStoredRow, type FeatureValue } from "@timewell/row";
import type { OnlineWrite } from "@timewell/store-ports";

type DefinitionsInit = MessageInitShape<typeof DefinitionsSchema>;

const meta = { appliedAtUs: 1n, appliedBy: "" };

/** A project with two views of airports, and the service `delay` on the first one. */
export const airports: DefinitionsInit = {
  entities: [{ name: "airport", joinKeys: [{ name: "airport", type: ValueType.STRING }] }],
  featureViews: [
    {
      name: "hourly",
      entity: "airport",
      features: [
        { name: "departures", type: ValueType.INT64 },
        { name: "mean_delay", type: ValueType.DOUBLE },
      ],
      ttlMs: 3_600_000n,
    },
    { name: "weather", entity: "airport", features: [{ name: "wind", type: ValueType.DOUBLE }] },
  ],
  featureServices: [{ name: "delay", views: [{ view: "hourly" }] }],
};

/** The snapshot after definitions are applied to another one; new views get the ids after those that are there. */
export function applied(current: Snapshot | undefined, definitions: DefinitionsInit): Snapshot {
  const plan = planDefinitions(current, "flights", create(DefinitionsSchema, definitions));
  const taken = current?.featureViews.length ?? 0;
  return plan.build({
    viewIds: Array.from({ length: plan.newViewVersions }, (_, i) => taken + 1 + i),
    ...meta,
  });
}

/** The snapshot after a feature service was deleted. */
export function withoutService(current: Snapshot, name: string): Snapshot {
  return planDelete(current, "flights", 3, name).build({ viewIds: [], ...meta });
}

/** A row of a view for an airport. */
export function airportRow(
  snapshot: Snapshot,
  view: string,
  airport: string,
  eventTimeUs: bigint,
  values: FeatureValue[],
): OnlineWrite {
  const compiled = compileProject(snapshot).views.get(view)![0]!;
  return {
    viewId: compiled.id,
    entityKey: encodeKey(["STRING"], [airport]),
    row: encodeStoredRow(
      { deleted: false, eventTimeUs, order: 1n, availableTimeUs: eventTimeUs },
      compiled.codec.encode(values),
    ),
    stampAvailableTime: false,
  };
}
