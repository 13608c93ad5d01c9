import type { Aggregate, FeatureView, FeatureViewVersion } from "@timewell/contracts";

/**
 * True where the events and tiles of a version cannot answer for a definition: an event field is gone or has another type, a
 * feature computes something else, events are told apart in another way, or source files begin or cease to count, or count up to
 * another time.
 */
export function breaksWindows(latest: FeatureViewVersion, definition: FeatureView): boolean {
  const old = latest.definition!;
  const isWindowed = definition.eventFields.length > 0;
  if (old.eventFields.length > 0 !== isWindowed) return true;
  if (!isWindowed) return false;
  if (old.eventIdField !== definition.eventIdField) return true;
  if ((old.batchSource === undefined) !== (definition.batchSource === undefined)) return true;
  if (definition.cutOverUs !== undefined && definition.cutOverUs !== latest.cutOverUs) return true;
  const fields = new Map(definition.eventFields.map((field) => [field.name, field]));
  const losesField = old.eventFields.some(({ name, type, dimension }) => {
    const field = fields.get(name);
    return field === undefined || field.type !== type || field.dimension !== dimension;
  });
  if (losesField) return true;
  const features = new Map(definition.features.map((feature) => [feature.name, feature.aggregate]));
  return old.features.some(({ name, aggregate }) => !isSame(aggregate!, features.get(name)));
}

function isSame(a: Aggregate, b: Aggregate | undefined): boolean {
  return (
    a.function === b?.function &&
    a.input === b.input &&
    a.windowMs === b.windowMs &&
    a.filter === b.filter &&
    a.n === b.n
  );
}
