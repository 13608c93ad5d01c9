import type { DescMessage } from "@bufbuild/protobuf";
import { StreamFormat, TimeUnit, type StreamSource } from "@timewell/contracts";
import { showValue, suggest } from "@timewell/errors";
import { definitionError } from "./definition-error.ts";
import { descriptorSetBytesMax, durationMaxMs, pathCharsMax } from "./limits.ts";
import { messagePath, streamMessage } from "./stream-message.ts";

/** What a topic must fill. */
export interface StreamTarget {
  /** Names of the join keys. */
  readonly keys: readonly string[];
  /** Names of the event fields of a windowed view, else of the features. */
  readonly fields: readonly string[];
  /** True where the view has windows, whose events cannot be deleted. */
  readonly isWindowed: boolean;
}

const topicPattern = /^[A-Za-z0-9._-]{1,249}$/;

/** Checks a topic. Throws INVALID_DEFINITION or LIMIT_EXCEEDED. */
export function validateStreamSource(source: StreamSource, target: StreamTarget, path: string): void {
  if (!topicPattern.test(source.topic) || source.topic === "." || source.topic === "..") {
    const problem = `got ${showValue(source.topic)}, expected 1 to 249 letters, digits, dots, underscores and hyphens`;
    throw definitionError(`${path}.topic`, problem, "Write the name of the topic as Kafka has it.");
  }
  if (source.format !== StreamFormat.JSON && source.format !== StreamFormat.PROTOBUF) {
    const problem = "got no format, expected JSON or PROTOBUF";
    throw definitionError(`${path}.format`, problem, "Say how the values of records are encoded.");
  }
  checkEventTime(source, path);
  checkLateness(source.allowedLatenessMs, `${path}.allowed_lateness`);
  checkMapping(source, [...target.keys, ...target.fields], path);
  if (source.deleteField !== "") {
    checkPath(source.deleteField, `${path}.delete_field`);
    if (target.isWindowed) {
      const problem = "the view has windows, and events cannot be deleted one by one";
      throw definitionError(`${path}.delete_field`, problem, "Leave it out.");
    }
  }
  const message = checkMessage(source, path);
  if (message !== undefined) checkPaths(source, target, message, path);
}

function checkEventTime(source: StreamSource, path: string): void {
  if (!Object.values<number>(TimeUnit).includes(source.eventTimeUnit)) {
    const problem = `got number ${source.eventTimeUnit}`;
    throw definitionError(`${path}.event_time_unit`, problem, "Use MICROSECONDS, MILLISECONDS or SECONDS.");
  }
  if (source.eventTimeField !== "") return checkPath(source.eventTimeField, `${path}.event_time_field`);
  if (source.eventTimeUnit === TimeUnit.UNSPECIFIED) return;
  const problem = "there is no event time field, so that the time of the record itself counts";
  throw definitionError(`${path}.event_time_unit`, problem, "Leave it out, or name the field.");
}

function checkLateness(latenessMs: bigint | undefined, path: string): void {
  if (latenessMs === undefined || (latenessMs >= 0n && latenessMs <= durationMaxMs)) return;
  const problem = `got ${latenessMs} ms, expected 0 or a positive duration up to ${durationMaxMs} ms`;
  throw definitionError(path, problem, "Write it like 1h.");
}

function checkMapping(source: StreamSource, names: readonly string[], path: string): void {
  for (const [name, inValue] of Object.entries(source.fieldMapping)) {
    const where = `${path}.field_mapping[${name}]`;
    if (!names.includes(name)) {
      const problem = "it is neither a field nor a join key of the view";
      throw definitionError(where, problem, suggest(name, names, "names"));
    }
    checkPath(inValue, where);
  }
}

function checkPath(inValue: string, path: string): void {
  if (inValue.length > pathCharsMax) {
    const problem = `got ${inValue.length} characters, at most ${pathCharsMax} are allowed`;
    throw definitionError(path, problem, "Shorten it.", "LIMIT_EXCEEDED");
  }
  if (!inValue.split(".").includes("")) return;
  const problem = `got ${showValue(inValue)}, expected names joined by dots`;
  throw definitionError(path, problem, "Write it like flight.departed_at.");
}

function checkMessage(source: StreamSource, path: string): DescMessage | undefined {
  const { length } = source.descriptorSet;
  if (source.format === StreamFormat.JSON) {
    if (source.messageName === "" && length === 0) return undefined;
    const problem = "values are JSON and need no message";
    throw definitionError(`${path}.message_name`, problem, "Leave message and descriptors out.");
  }
  if (length > descriptorSetBytesMax) {
    const problem = `got ${length} bytes, at most ${descriptorSetBytesMax} are allowed`;
    const hint = "Keep only the files that the message needs.";
    throw definitionError(`${path}.descriptor_set`, problem, hint, "LIMIT_EXCEEDED");
  }
  return streamMessage(source, path);
}

/** Keys, and whatever is mapped, must be in the message; a field that is not mapped and not in it is NULL. */
function checkPaths(source: StreamSource, target: StreamTarget, message: DescMessage, path: string): void {
  const check = (inValue: string, where: string) => {
    if (messagePath(message, inValue) !== undefined) return;
    const problem = `message ${message.typeName} has no field ${inValue}`;
    const names = message.fields.map((field) => field.name);
    throw definitionError(where, problem, suggest(inValue, names, `fields of ${message.typeName}`));
  };
  if (source.eventTimeField !== "") check(source.eventTimeField, `${path}.event_time_field`);
  if (source.deleteField !== "") check(source.deleteField, `${path}.delete_field`);
  for (const [name, inValue] of Object.entries(source.fieldMapping))
    check(inValue, `${path}.field_mapping[${name}]`);
  for (const key of target.keys)
    if (!Object.hasOwn(source.fieldMapping, key)) check(key, `${path}.field_mapping[${key}]`);
}
