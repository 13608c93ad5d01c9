import { FeatureStoreError } from "@timewell/errors";

/**
 * What a stream yields, and its error as a caller may see it: paths below the folders are shown as the caller knows
 * them, from the folder on, so that nobody learns where a server keeps its files.
 */
export async function* withoutFolders<T>(
  stream: AsyncIterable<T>,
  folders: readonly string[],
): AsyncGenerator<T> {
  try {
    yield* stream;
  } catch (reason) {
    throw hide(reason, folders);
  }
}

function hide(reason: unknown, folders: readonly string[]): unknown {
  if (!(reason instanceof FeatureStoreError)) return reason;
  const { kind, message, field, hint } = reason;
  const shown = folders.reduce((text, folder) => text.replaceAll(`${folder}/`, ""), message);
  if (shown === message) return reason;
  const suffix = hint === "" ? "" : `. ${hint}`;
  return new FeatureStoreError(kind, shown.slice(0, shown.length - suffix.length), {
    field,
    hint,
    cause: reason,
  });
}
