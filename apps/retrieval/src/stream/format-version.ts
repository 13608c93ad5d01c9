/** Version of the way in which batches are written and digests are made (docs/training-sets.md). Digests of different versions cannot be compared. */
export const formatVersion = 1;
