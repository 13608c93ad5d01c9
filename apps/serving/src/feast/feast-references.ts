/** References as Timewell writes them, and what Feast's answer calls their views. */
export interface FeastReferences {
  readonly references: readonly string[];
  /** View to its name in full feature names, where that is not the view's own. */
  readonly prefixes: ReadonlyMap<string, string>;
}

const versioned = /^([a-z0-9_]+)@(?:v([1-9][0-9]{0,8})|latest):/;

/**
 * Turns references of Feast, `view:feature`, `view@v2:feature` or `view@latest:feature`, into those of Timewell, which has
 * `view@2:feature`. Everything else stays as it is. Feast calls a feature of a pinned version `view@v2__feature`.
 */
export function fromFeastReferences(references: readonly string[]): FeastReferences {
  const prefixes = new Map<string, string>();
  const translated = references.map((reference) => {
    const match = versioned.exec(reference);
    if (match === null) return reference;
    const [head, view = "", version] = match;
    const rest = reference.slice(head.length);
    if (version === undefined) return `${view}:${rest}`;
    prefixes.set(view, `${view}@v${version}`);
    return `${view}@${version}:${rest}`;
  });
  return { references: translated, prefixes };
}
