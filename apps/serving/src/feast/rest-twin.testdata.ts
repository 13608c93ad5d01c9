import { feastServing, type feastTypes } from "@timewell/contracts";

const statusNames = new Map<number, string>(
  Object.entries(feastServing.FieldStatus).map(([name, status]) => [status, name]),
);

/** The body of `POST /get-online-features` that asks what a request of gRPC asks. */
export function restRequestText(request: feastServing.GetOnlineFeaturesRequest): string {
  const entities = Object.entries(request.entities).map(
    ([name, { val }]) => `${JSON.stringify(name)}:[${val.map(keyText).join()}]`,
  );
  const { kind } = request;
  const selection =
    kind.case === "featureService"
      ? `"feature_service":${JSON.stringify(kind.value)}`
      : `"features":${JSON.stringify(kind.value?.val ?? [])}`;
  const flags = `"full_feature_names":${request.fullFeatureNames},"include_feature_view_version_metadata":${request.includeFeatureViewVersionMetadata}`;
  return `{"entities":{${entities.join()}},${selection},${flags}}`;
}

function keyText({ val }: feastTypes.Value): string {
  if (val.case === undefined) return "null";
  const isList = typeof val.value === "object" && "val" in val.value;
  if (!isList) return singleText(val.value);
  const { val: elements } = val.value as { readonly val: readonly unknown[] };
  return `[${elements.map(singleText).join()}]`;
}

function singleText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return `"${value}"`;
  if (Object.is(value, -0)) return "-0.0";
  return JSON.stringify(value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value);
}

/** A number as text keeps whether it was written as an integer. */
function numberText(source: string): string {
  return /[.e]/.test(source)
    ? `float ${Number(source)}${Object.is(Number(source), -0) ? " minus" : ""}`
    : `int ${source}`;
}

function floatValue(value: number): unknown {
  if (Number.isFinite(value)) return `float ${value}${Object.is(value, -0) ? " minus" : ""}`;
  return String(value);
}

function jsonOf({ val }: feastTypes.Value): unknown {
  if (val.case === undefined) return null;
  const single = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
    if (typeof value === "bigint") return `int ${value}`;
    if (typeof value === "number") return /double|float/.test(val.case!) ? floatValue(value) : `int ${value}`;
    return value;
  };
  if (typeof val.value !== "object" || val.value instanceof Uint8Array) return single(val.value);
  const { val: elements } = val.value as { readonly val: readonly unknown[] };
  return elements.length === 0 ? null : elements.map(single);
}

/** The slow twin of the JSON writer. */
export const restTwin = {
  /** What an answer of gRPC is in JSON. */
  from({ metadata, results }: feastServing.GetOnlineFeaturesResponse): unknown {
    const views = metadata!.featureViewMetadata.map(({ name, version }) => ({
      name,
      version: `int ${version}`,
    }));
    return {
      metadata: {
        feature_names: metadata!.featureNames!.val,
        ...(views.length === 0 ? {} : { feature_view_metadata: views }),
      },
      results: results.map(({ values, statuses, eventTimestamps }) => ({
        values: values.map(jsonOf),
        statuses: statuses.map((status) => statusNames.get(status)),
        event_timestamps: eventTimestamps.map(({ seconds, nanos }) => {
          const us = String(nanos / 1000).padStart(6, "0");
          const fraction = nanos === 0 ? "" : nanos % 1_000_000 === 0 ? `.${us.slice(0, 3)}` : `.${us}`;
          return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", `${fraction}Z`);
        }),
      })),
    };
  },
  /** Parses an answer; numbers become text. */
  parse(text: string): unknown {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === "number" ? numberText(context!.source!) : value,
    ) as unknown;
  },
};
