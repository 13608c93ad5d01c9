import type { MessageInitShape } from "@bufbuild/protobuf";
import { type DefinitionsSchema, FileFormat, ValueType } from "@timewell/contracts";

/** What changes from one apply to the next. */
export interface DefinitionsVersion {
  /** Features of the view that is filled by pushes alone; they are only ever added. */
  readonly features: number;
  readonly ttlMs: bigint;
}

/** Names of the views. */
export const rebuildViews = ["pushed", "created", "plain"] as const;

/** Name of a view. */
export type RebuildView = (typeof rebuildViews)[number];

/** A view filled by pushes alone; two with a folder as their source, of which one records available times. All take pushes. */
export function rebuildDefinitions({
  features,
  ttlMs,
}: DefinitionsVersion): MessageInitShape<typeof DefinitionsSchema> {
  const numbers = Array.from({ length: features }, (_, i) => ({ name: `f${i}`, type: ValueType.INT64 }));
  const view = (name: RebuildView) => ({
    name,
    entity: "user",
    features: name === "pushed" ? numbers : numbers.slice(0, 1),
    ttlMs,
  });
  const source = (path: string) => ({ format: FileFormat.CSV, path, eventTimeColumn: "at" });
  return {
    entities: [{ name: "user", joinKeys: [{ name: "user", type: ValueType.STRING }] }],
    featureViews: [
      view("pushed"),
      { ...view("created"), batchSource: { ...source("created"), createdTimeColumn: "made" } },
      { ...view("plain"), batchSource: source("plain") },
    ],
    featureServices: [
      {
        name: "all",
        views: rebuildViews.map((name) => ({ view: name })),
        onDemandFeatures: [{ name: "sum", type: ValueType.INT64, expression: "pushed.f0 + plain.f0" }],
      },
    ],
  };
}
