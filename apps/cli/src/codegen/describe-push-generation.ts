import { create, createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { file_timewell_types_v1_log_position, file_timewell_types_v1_value } from "@timewell/contracts";
import {
  findView,
  pushFiles,
  rowMessageName,
  type CompiledProject,
  type CompiledView,
} from "@timewell/model";
import { addComments } from "./add-comments.ts";
import type { PushGeneration } from "./generation.ts";
import { aboutView, sentence } from "./with-comments.ts";

/** Comments of what every typed push has: `Message`, or `Message.field`. */
const fixed: Readonly<Record<string, string>> = {
  PushRequest: "Rows to write.",
  "PushRequest.rows": "At least 1, at most 10,000.",
  "PushRequest.wait": "What to wait for before the answer.",
  "PushRequest.request_id":
    "Makes a retry safe: the same id with the same rows has one effect and the same answer. At most 64 characters.",
  PushStreamRequest: "One push of a stream.",
  "PushStreamRequest.sequence": "Names the push in its answer; the caller's choice.",
  "PushStreamRequest.push": "The push.",
  Row: "One row. It replaces the whole stored row: a feature that is left out becomes NULL.",
  "Row.keys": "Every join key must be there.",
  "Row.features": "Absent for a delete.",
  "Row.event_time_us":
    "When it happened, microseconds since 1970, UTC. Required for a put; absent in a delete: now.",
  "Row.operation": "What to do. Unspecified: put.",
  Keys: "The join keys of the entity.",
  PushResponse: "What became of the rows.",
  "PushResponse.results": "One for each row, in request order.",
  PushResult: "What became of one row.",
  "PushResult.position": "It is durable, at this place of the log.",
  "PushResult.error": "It was refused; nothing of it is stored.",
  RowError: "Why a row, or a whole push, was refused.",
  "RowError.kind": "The kind of the error.",
  "RowError.message": "What failed, on which value, and how to mend it.",
  PushStreamResponse: "The answer to one push of a stream.",
  "PushStreamResponse.sequence": "That of the request.",
  "PushStreamResponse.response": "As Push answers.",
  "PushStreamResponse.error": "The push as a whole was refused; the stream goes on.",
  Wait: "What a push waits for: that its rows are durable, or that they can be read online too.",
  Operation: "What a row does: insert or correct, or remove what is at or before its event time.",
  "rpc Push": "Writes rows. A row that is acknowledged is durable; a wrong row never fails its neighbours.",
  "rpc PushStream": "Writes one push after another; each is answered as soon as it is durable, in any order.",
};

/** Everything about the typed pushes of a view version that generators need. FEATURE_VIEW_NOT_FOUND where there is none. */
export function describePushGeneration(
  project: CompiledProject,
  name: string,
  version: number,
): PushGeneration {
  const view = findView(project, name, version);
  const defined = definedComments(view);
  const [messages, file] = pushFiles(view).map((proto) =>
    addComments(proto, (place) => defined.get(place) ?? fixed[place]),
  );
  const shared = [file_timewell_types_v1_log_position, file_timewell_types_v1_value]
    .map((known) => known.proto)
    .filter((proto) => messages!.dependency.includes(proto.name));
  const protos = [...shared, messages!, file!];
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: protos }));
  const flags = project.project === "default" ? "" : ` --project ${project.project}`;
  return {
    project: project.project,
    registryVersion: project.version,
    subject: `pushes to feature view ${view.name} version ${view.version}`,
    revision: view.schemaRevision,
    pushed: view,
    descriptor: registry.getService(`${file!.package}.${rowMessageName(view)}`)!,
    files: protos.map((proto) => registry.getFile(proto.name)) as DescFile[],
    command: `timewell gen --push ${view.name}@${view.version}${flags}`,
  };
}

/** Comments from the definition; the empty name is the service itself. */
function definedComments(view: CompiledView): ReadonlyMap<string, string> {
  const message = rowMessageName(view);
  return new Map([
    ["", `Takes rows of feature view ${view.name}, version ${view.version}.`],
    [message, aboutView(view)],
    ...view.input.features.map(({ name, description }): [string, string] => [
      `${message}.${name}`,
      sentence(description),
    ]),
  ]);
}
