import { DefinitionKind } from "@timewell/contracts";

/** Words of a kind: in `Retired.kind`, and for people. */
export const kindWords = {
  [DefinitionKind.ENTITY]: { retired: "entity", text: "entity", list: "entities" },
  [DefinitionKind.FEATURE_VIEW]: { retired: "feature_view", text: "feature view", list: "feature_views" },
  [DefinitionKind.FEATURE_SERVICE]: {
    retired: "feature_service",
    text: "feature service",
    list: "feature_services",
  },
} as const;

/** A kind that a definition can have. */
export type KnownKind = keyof typeof kindWords;
