/** What entities, views and services take for people. */
export interface Labels {
  /** At most 4,096 characters. */
  readonly description?: string;
  /** Who answers for it, for example an e-mail address. */
  readonly owner?: string;
  /** Free labels, at most 32. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Labels as the contract has them: everything there. */
export function labelsOf(labels: Labels) {
  return {
    description: labels.description ?? "",
    owner: labels.owner ?? "",
    tags: { ...labels.tags },
  };
}
