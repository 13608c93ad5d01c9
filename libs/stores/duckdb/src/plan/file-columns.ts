/** Columns of a segment besides keys and features. Names of users never contain two underscores. */
export const segmentColumns = {
  eventTime: "__event_time",
  availableTime: "__available_time",
  order: "__order",
  partition: "__partition",
  position: "__position",
  operation: "__op",
} as const;

/** Values of the operation column. */
export const segmentOperations = { upsert: "upsert", delete: "delete" } as const;

/** Names that the scans themselves need: the place of a row. */
export const reservedFileColumns = ["file_row_number", "file_index"] as const;
