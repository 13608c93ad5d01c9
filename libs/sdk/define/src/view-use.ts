import { clone } from "@bufbuild/protobuf";
import { ViewReferenceSchema, type ViewReference } from "@timewell/contracts";
import { freeze } from "./freeze.ts";

/** What `as()` takes besides the alias. */
export interface AliasOptions<Key extends string> {
  /** Join key of the view's entity to its name in requests and labels, where they differ. */
  readonly joinKeys?: Partial<Readonly<Record<Key, string>>>;
}

/** A view as a service uses it. Every method returns a new one. */
export interface ViewUse<Key extends string = string, Name extends string = string> {
  /** As the registry gets it. */
  readonly reference: ViewReference;
  /**
   * Uses the view under another name, so that a service can have it more than once.
   *
   * @example
   * airportHourly.as("origin", { joinKeys: { airport: "origin" } })
   */
  as(alias: string, options?: AliasOptions<Key>): ViewUse<Key, Name>;
  /**
   * Uses some features only, in this order.
   *
   * @example
   * airportHourly.select("mean_delay")
   */
  select(...features: [Name, ...Name[]]): ViewUse<Key, Name>;
  /**
   * Uses this version of the view. Without it a service keeps the version that was the latest when it was first applied.
   *
   * @example
   * airportHourly.version(2)
   */
  version(version: number): ViewUse<Key, Name>;
}

/** A use of a view by its reference. */
export function makeUse<Key extends string, Name extends string>(
  reference: ViewReference,
): ViewUse<Key, Name> {
  const change = (mend: (copy: ViewReference) => void): ViewUse<Key, Name> => {
    const copy = clone(ViewReferenceSchema, reference);
    mend(copy);
    return makeUse(copy);
  };
  return freeze({
    reference,
    as: (alias: string, options: AliasOptions<Key> = {}) =>
      change((copy) => {
        copy.alias = alias;
        if (options.joinKeys !== undefined)
          copy.joinKeyMapping = { ...options.joinKeys } as Record<string, string>;
      }),
    select: (...features: [Name, ...Name[]]) => change((copy) => (copy.features = features)),
    version: (version: number) => change((copy) => (copy.version = version)),
  });
}
