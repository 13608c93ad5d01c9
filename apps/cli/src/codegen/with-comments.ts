import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { FeatureService } from "@timewell/contracts";
import { rowMessageName, type CompiledService, type CompiledView } from "@timewell/model";
import { formatDuration } from "@timewell/ttl";
import { addComments } from "./add-comments.ts";

/** Comments of what every typed service has: `Message`, or `Message.field`. */
const fixed: Readonly<Record<string, string>> = {
  GetRequest: "Asks for the features of one or more entities.",
  "GetRequest.rows": "At least 1, at most 10,000.",
  "GetRequest.options": "How to read. Absent: all defaults.",
  EntityRow: "Whom to read for. Every join key must be there; request data that is left out is NULL.",
  ReadOptions: "How to read.",
  "ReadOptions.as_of_us":
    "Answer as of this instant, microseconds since 1970, UTC: ttl is judged then, and rows after it are NEWER. Absent: now.",
  "ReadOptions.max_age_ms":
    "Treat rows older than this as EXPIRED, milliseconds. It only tightens the ttl. Absent: the ttl alone.",
  "ReadOptions.include_times": "Return event times and available times too.",
  "ReadOptions.allow_partial":
    "Answer with status UNAVAILABLE where the store does not answer in time, instead of failing the call.",
  "ReadOptions.after":
    "Wait until these rows can be read, within the deadline: positions that a push answered, at most 10,000.",
  GetResponse: "The features of the entities.",
  "GetResponse.rows": "In request order.",
  "GetResponse.served_at_us": "When the answer was made, microseconds since 1970, UTC.",
  "GetResponse.service_revision": "Revision of the feature service that answered.",
  Row: "The features of one entity. A view or alias is there if and only if its status is PRESENT; an absent field of it is NULL.",
  "Row.states": "Statuses of the views that are not PRESENT.",
  "Row.event_times_us": "When the rows happened; where times were asked for.",
  "Row.available_times_us":
    "When serving could first have seen the rows; where times were asked for and are recorded.",
  "Row.computed": "Features that were computed for this row.",
  States: "A status for each view that is not PRESENT; unset means PRESENT.",
  EventTimes: "Microseconds since 1970, UTC; unset where there is no row.",
  AvailableTimes: "Microseconds since 1970, UTC; unset where it is not recorded.",
  Computed: "Features that are computed when they are read; unset is NULL.",
  "rpc Get": "Reads the features of one or more entities.",
};

/** The same file with comments, those of the definitions included, where compilers and plugins look for them. */
export function withComments(
  file: FileDescriptorProto,
  service: CompiledService,
  definition: FeatureService,
): FileDescriptorProto {
  const defined = definedComments(service, definition);
  return addComments(file, (name) => defined.get(name) ?? fixed[name]);
}

/** Comments from the definitions; the empty name is the service itself. */
function definedComments(
  { name, revision, selection }: CompiledService,
  definition: FeatureService,
): Map<string, string> {
  const comments = new Map<string, string>();
  const set = (place: string, comment: string) => comment !== "" && comments.set(place, comment);
  const about = definition.description === "" ? "" : `${sentence(definition.description)}\n`;
  set("", `${about}Feature service ${name}, revision ${revision}.`);
  for (const data of definition.requestData) set(`EntityRow.${data.name}`, sentence(data.description));
  for (const computed of definition.onDemandFeatures)
    set(`Computed.${computed.name}`, sentence(computed.description));
  for (const use of selection.views) {
    const message = rowMessageName(use.view);
    set(message, aboutView(use.view));
    for (const feature of use.features) set(`${message}.${feature.name}`, sentence(feature.description));
  }
  return comments;
}

/** What a row message is of. */
export function aboutView(view: CompiledView): string {
  const { description } = view.definition;
  const ttl = view.ttlUs === 0n ? "for ever" : formatDuration(Number(view.ttlUs / 1_000n));
  const about = description === "" ? "" : `${sentence(description)}\n`;
  return `${about}Feature view ${view.name}, version ${view.version}; alive: ${ttl}.`;
}

/** The text with a full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === "" || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
