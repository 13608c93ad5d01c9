import type { ConstraintDefinition } from "./constraint.ts";
import { constraintMessages } from "./constraint-messages.ts";
import { durationMs, type Duration } from "./duration.ts";
import type { EntityDefinition } from "./entity.ts";
import type { SourceDefinition } from "./source.ts";
import { sourceMessage } from "./source-message.ts";
import { streamMessage, type StreamDefinition } from "./stream.ts";
import type { FeatureDefinition } from "./value-type.ts";

/** Where the rows of a view come from, and what they must keep. */
export interface Intake {
  /** Where history comes from. Left out: the view is filled by pushes only. */
  readonly source?: SourceDefinition;
  /** Topic whose records are written to the view as they come. Left out: none. */
  readonly stream?: StreamDefinition;
  /** What every row that is pushed or comes from a topic must keep; at most 100. Rows of source files are checked and counted. */
  readonly constraints?: readonly ConstraintDefinition[];
  /** When ingestion materializes the source by itself, incrementally. Left out: never. */
  readonly schedule?: ScheduleOptions;
}

/** When something is done again and again. */
export interface ScheduleOptions {
  /** Time between two starts, at least 1 s. */
  readonly every: Duration;
}

/** The same as the registry gets it, for rows with these fields. */
export function intakeMessages(
  intake: Intake,
  entity: EntityDefinition,
  fields: readonly (readonly [name: string, FeatureDefinition])[],
  path: string,
) {
  const { source, stream, constraints = [], schedule } = intake;
  const keys = entity.message.joinKeys.map(({ name, type }) => [name, type] as const);
  const types = new Map([...keys, ...fields.map(([name, { type }]) => [name, type] as const)]);
  return {
    constraints: constraintMessages(constraints, types, `${path}.constraints`),
    ...(source && { batchSource: sourceMessage(source, `${path}.batch_source`) }),
    ...(stream && { streamSource: streamMessage(stream, `${path}.stream_source`) }),
    ...(schedule && { schedule: { everyMs: durationMs(schedule.every, `${path}.schedule.every`) } }),
  };
}
