import { type DescField, fromBinary, type Message } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, type Timestamp } from "@bufbuild/protobuf/wkt";
import type { StreamSource } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { messagePath, streamMessage } from "@timewell/model";

import type { ReadPath, ValueReader } from "./value-reader.ts";

const nothing: ReadPath = () => undefined;

/** Reads messages of the topic's descriptor set. INVALID_DEFINITION where it lacks the message. */
export function protobufReader(source: StreamSource): ValueReader {
  const message = streamMessage(source, "stream_source");
  return {
    parse(value) {
      try {
        return fromBinary(message, value, { readUnknownFields: false });
      } catch (error) {
        throw new FeatureStoreError(
          "INVALID_VALUE",
          `Cannot read the record: its ${value.length} bytes are no ${message.typeName}`,
          {
            field: "value",
            hint: "Send the message alone, without the header of a schema registry",
            cause: error,
          },
        );
      }
    },
    path(path) {
      const fields = messagePath(message, path);
      if (fields === undefined) return nothing;
      const steps = fields.map(readField);
      return (parsed) => {
        let value: unknown = parsed;
        for (const step of steps) {
          if (value === undefined) return undefined;
          value = step(value as Message);
        }
        return value;
      };
    },
    isTime: (path) => isTimestamp(messagePath(message, path)?.at(-1)),
    hasTextBytes: false,
  };
}

/** Reads a field of a message; undefined where it has presence and is not there. */
function readField(field: DescField): (message: Message) => unknown {
  const read = readMember(field);
  const convert = converterOf(field);
  if (convert === undefined) return read;
  if (field.fieldKind === "list") return (message) => (read(message) as unknown[]).map(convert);
  return (message) => {
    const value = read(message);
    return value === undefined ? undefined : convert(value);
  };
}

/** What becomes of a value, or an element: times are µs, enums their names. Undefined: it stays. */
function converterOf(field: DescField): ((value: unknown) => unknown) | undefined {
  const { enum: enumeration } = field;
  if (isTimestamp(field)) return (time) => microseconds(time as Timestamp);
  if (enumeration === undefined) return undefined;
  const names = new Map(enumeration.values.map(({ number, name }) => [number, name]));
  return (number) => names.get(number as number) ?? number;
}

function readMember({ localName, oneof, presence }: DescField): (message: Message) => unknown {
  type Members = Record<string, unknown>;
  if (oneof !== undefined)
    return (message) => {
      const chosen = (message as unknown as Members)[oneof.localName] as { case?: string; value?: unknown };
      return chosen.case === localName ? chosen.value : undefined;
    };
  // Defaults of proto2 are members of the prototype.
  if (presence !== FeatureSet_FieldPresence.IMPLICIT)
    return (message) =>
      Object.hasOwn(message, localName) ? (message as unknown as Members)[localName] : undefined;
  return (message) => (message as unknown as Members)[localName];
}

function isTimestamp(field: DescField | undefined): boolean {
  return field?.message?.typeName === "google.protobuf.Timestamp";
}

function microseconds({ seconds, nanos }: Timestamp): bigint {
  return seconds * 1_000_000n + BigInt(Math.floor(nanos / 1000));
}
