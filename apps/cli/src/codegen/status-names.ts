import { StatusSchema } from "@timewell/contracts";

/** Statuses by number, as clients name them. In states 0 is PRESENT, because they name only the views that are not. */
export const statusNames: readonly (readonly [number, string])[] = StatusSchema.values.map((value) => [
  value.number,
  value.number === 0 ? "PRESENT" : value.localName,
]);
