import { fileURLToPath } from "node:url";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { suggest } from "@timewell/model";

/** What `serve` can start. */
export const appNames = ["standalone", "registry", "serving", "retrieval", "ingestion"] as const;
/** Name of an app. */
export type AppName = (typeof appNames)[number];

/** Reads an app's name; INVALID_REQUEST for another word. */
export function parseAppName(word: string): AppName {
  const found = appNames.find((name) => name === word);
  if (found !== undefined) return found;
  throw new FeatureStoreError("INVALID_REQUEST", `Cannot serve ${showValue(word)}: there is no such app`, {
    field: "app",
    hint: suggest(word, appNames, "apps"),
  });
}

/** The file that an app starts from. The command starts apps as processes of their own and imports none. */
export function appMain(name: AppName): string {
  return fileURLToPath(import.meta.resolve(`../../../${name}/src/main.ts`));
}
