import { FeatureStoreError } from "@timewell/errors";

/** Most characters of a model's name and of its version. */
export const nameCharsMax = 255;

const controlCharacter = /\p{Cc}/u;

/** Checks a text of a request. Throws INVALID_REQUEST where it is empty or has control characters, LIMIT_EXCEEDED where it is too long. */
export function checkText(text: string, field: string, charsMax: number, empty?: "may be empty"): void {
  if (text === "" && empty === undefined) {
    throw new FeatureStoreError("INVALID_REQUEST", `Cannot use ${field}: it is empty`, {
      field,
      hint: `Send 1 to ${charsMax} characters`,
    });
  }
  if (controlCharacter.test(text)) {
    throw new FeatureStoreError("INVALID_REQUEST", `Cannot use ${field}: it has control characters`, {
      field,
      hint: "Send printable text on one line",
    });
  }
  if (text.length > charsMax) {
    const problem = `Cannot use ${field}: got ${text.length} characters, at most ${charsMax} are allowed`;
    throw new FeatureStoreError("LIMIT_EXCEEDED", problem, { field, hint: "Shorten it" });
  }
}
