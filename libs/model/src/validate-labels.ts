import { definitionError } from "./definition-error.ts";
import { descriptionCharsMax, labelCharsMax, tagsMax } from "./limits.ts";

/** What entities, views and services have for people. */
interface Labels {
  readonly description: string;
  readonly owner: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Checks description, owner and tags of the definition at `path`. Throws LIMIT_EXCEEDED or INVALID_DEFINITION. */
export function validateLabels(labels: Labels, path: string): void {
  checkDescription(labels.description, `${path}.description`);
  checkChars(labels.owner, labelCharsMax, `${path}.owner`);
  const tags = Object.entries(labels.tags);
  if (tags.length > tagsMax) {
    const problem = `got ${tags.length} tags, at most ${tagsMax} are allowed`;
    throw definitionError(`${path}.tags`, problem, "Remove some of them.", "LIMIT_EXCEEDED");
  }
  for (const [name, value] of tags) {
    const tagPath = `${path}.tags[${name.slice(0, 40)}]`;
    if (name === "") throw definitionError(tagPath, "a tag without a name", "Give it a name.");
    checkChars(name, labelCharsMax, tagPath);
    checkChars(value, labelCharsMax, tagPath);
  }
}

/** Checks the length of a description. */
export function checkDescription(description: string, path: string): void {
  checkChars(description, descriptionCharsMax, path);
}

function checkChars(text: string, charsMax: number, path: string): void {
  if (text.length <= charsMax) return;
  const problem = `got ${text.length} characters, at most ${charsMax} are allowed`;
  throw definitionError(path, problem, "Shorten it.", "LIMIT_EXCEEDED");
}
