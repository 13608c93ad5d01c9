import { DefinitionKind } from "@timewell/contracts";
import { FeatureStoreError, type ErrorKind } from "@timewell/errors";
import { suggest } from "@timewell/model";

/** A kind of definitions, as it is typed and shown. */
export interface Kind {
  readonly kind: DefinitionKind;
  /** `feature-view`. */
  readonly word: string;
  /** `feature view`. */
  readonly name: string;
  /** `feature views`. */
  readonly plural: string;
  /** Kind of the error where there is none of a name. */
  readonly notFound: ErrorKind;
}

const kinds: readonly Kind[] = [
  {
    kind: DefinitionKind.ENTITY,
    word: "entity",
    name: "entity",
    plural: "entities",
    notFound: "ENTITY_NOT_FOUND",
  },
  {
    kind: DefinitionKind.FEATURE_VIEW,
    word: "feature-view",
    name: "feature view",
    plural: "feature views",
    notFound: "FEATURE_VIEW_NOT_FOUND",
  },
  {
    kind: DefinitionKind.FEATURE_SERVICE,
    word: "feature-service",
    name: "feature service",
    plural: "feature services",
    notFound: "FEATURE_SERVICE_NOT_FOUND",
  },
];

const words = new Map(
  kinds.flatMap((kind) => {
    const short = kind.word.replace("feature-", "");
    const plural = kind.plural.replace(" ", "-");
    return [kind.word, plural, short, plural.replace("feature-", "")].map((word) => [word, kind] as const);
  }),
);

/** Reads a kind: `feature-view`, `feature-views`, `view`, `views`. INVALID_REQUEST for other words. */
export function parseKind(word: string): Kind {
  const found = words.get(word.toLowerCase().replaceAll("_", "-"));
  if (found !== undefined) return found;
  throw new FeatureStoreError("INVALID_REQUEST", `Cannot tell what ${JSON.stringify(word)} is`, {
    field: "kind",
    hint: suggest(
      word,
      kinds.map(({ word: known }) => known),
      "kinds",
    ),
  });
}

/** How a kind of the contract is shown. */
export function kindName(kind: DefinitionKind): string {
  return kinds.find((known) => known.kind === kind)?.name ?? "definition";
}
