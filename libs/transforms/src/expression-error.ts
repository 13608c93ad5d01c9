import { FeatureStoreError, type ErrorKind } from "@timewell/errors";

/** Where an expression stands, and its text. */
export interface ExpressionSource {
  /** Dotted path of its definition, for messages. */
  readonly path: string;
  readonly text: string;
}

/** An error about one place of an expression; `offset` counts UTF-16 code units from 0, undefined for the whole. */
export function expressionError(
  source: ExpressionSource,
  offset: number | undefined,
  problem: string,
  hint: string,
  kind: ErrorKind = "INVALID_DEFINITION",
): FeatureStoreError {
  const place = offset === undefined ? "" : `at ${placeOf(source.text, offset)}, `;
  return new FeatureStoreError(kind, `Cannot accept ${source.path}: ${place}${problem}`, {
    field: source.path,
    hint,
  });
}

/** `character 5`, or `line 2, character 5` where there are several lines; counted from 1. */
function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  const character = `character ${before.at(-1)!.length + 1}`;
  return text.includes("\n") ? `line ${before.length}, ${character}` : character;
}
