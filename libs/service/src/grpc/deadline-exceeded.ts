import { FeatureStoreError } from "@timewell/errors";

/** The end of a call whose caller's deadline has passed. */
export function deadlineExceeded(): FeatureStoreError {
  return new FeatureStoreError("DEADLINE_EXCEEDED", "Cannot finish the request before its deadline", {
    hint: "Send a longer deadline, or ask for less at once.",
  });
}
