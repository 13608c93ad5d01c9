import { createHash } from "node:crypto";
import { StreamFormat, TimeUnit, type StreamSource } from "@timewell/contracts";
import { formatDuration } from "@timewell/ttl";

/** Describes a topic, a line for each setting that it has. */
export function describeStream(source: StreamSource): ReadonlyMap<string, string> {
  const lines = new Map([
    ["stream.topic", source.topic],
    ["stream.format", source.format === StreamFormat.PROTOBUF ? "PROTOBUF" : "JSON"],
    ["stream.event_time", source.eventTimeField === "" ? "time of the record" : source.eventTimeField],
  ]);
  if (source.eventTimeUnit === TimeUnit.MILLISECONDS) lines.set("stream.event_time_unit", "MILLISECONDS");
  if (source.eventTimeUnit === TimeUnit.SECONDS) lines.set("stream.event_time_unit", "SECONDS");
  for (const [name, path] of Object.entries(source.fieldMapping)) {
    if (name !== path) lines.set(`stream.columns.${name}`, path);
  }
  if (source.allowedLatenessMs !== undefined)
    lines.set("stream.allowed_lateness", formatDuration(Number(source.allowedLatenessMs)));
  if (source.messageName !== "") lines.set("stream.message", source.messageName);
  if (source.descriptorSet.length > 0) {
    const digest = createHash("sha256").update(source.descriptorSet).digest("hex").slice(0, 16);
    lines.set("stream.descriptor_set", `${source.descriptorSet.length} bytes, sha256 ${digest}`);
  }
  if (source.deleteField !== "") lines.set("stream.delete", source.deleteField);
  return lines;
}
