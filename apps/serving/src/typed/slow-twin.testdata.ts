import { type DescField, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { type ReadOptions, Status } from "@timewell/contracts";
import { encodeKey, type KeyValue } from "@timewell/keys";
import {
  type CompiledProject,
  requestedMaxAgeUs,
  type SelectedView,
  serviceDescriptor,
} from "@timewell/model";
import { type FeatureValue, payloadOf, readHeader } from "@timewell/row";
import type { OnlineStore } from "@timewell/store-ports";
import { twinComputed } from "./twin-computed.testdata.ts";
import { type Clock, effectiveTtlUs, forgetAfterUs, rowStatus } from "@timewell/ttl";

/** What the twin stands on. */
export interface SlowTwinDeps {
  readonly store: Pick<OnlineStore, "read">;
  readonly clock: Clock;
  readonly graceUs: bigint;
}

/**
 * Answers `Get` in the plainest way: decode the request, read row after row, build message objects, encode them. The
 * typed service must give the same bytes.
 */
export function slowTwin({ store, clock, graceUs }: SlowTwinDeps, project: CompiledProject, name: string) {
  const service = project.services.get(name)!;
  const { input, output } = serviceDescriptor(project.project, service).method.get!;
  const rowDesc = messageOf(output, "rows");

  return async (bytes: Uint8Array): Promise<Uint8Array> => {
    const request = reflect(input, fromBinary(input, bytes));
    const optionsField = field(input, "options");
    const options = request.isSet(optionsField)
      ? (request.get(optionsField) as ReflectMessage).message
      : undefined;
    const response = reflect(output);
    for (const entityRow of request.get(field(input, "rows")) as Iterable<ReflectMessage>)
      add(response, "rows", await answerRow(entityRow, options as ReadOptions | undefined));
    response.set(field(output, "served_at_us"), clock.nowUs());
    response.set(field(output, "service_revision"), service.revision);
    return toBinary(output, response.message);
  };

  async function answerRow(
    entityRow: ReflectMessage,
    options: ReadOptions | undefined,
  ): Promise<ReflectMessage> {
    const row = reflect(rowDesc);
    const states = part(row, "states");
    const eventTimes = part(row, "event_times_us");
    const availableTimes = part(row, "available_times_us");
    let all = true;
    const decoded: (readonly FeatureValue[] | undefined)[] = [];
    for (const use of service.selection.views) {
      const { view } = use;
      const [stored] = await store.read([{ viewId: view.id, entityKey: keyOf(entityRow, use) }]);
      const header = stored === undefined ? undefined : readHeader(stored);
      const ttlUs = effectiveTtlUs(view.ttlUs, requestedMaxAgeUs(options?.maxAgeMs));
      const atUs = options?.asOfUs ?? clock.nowUs();
      const status = rowStatus(header, atUs, ttlUs, forgetAfterUs(view.ttlUs, graceUs));
      decoded.push(status === "PRESENT" ? view.codec.decode(payloadOf(stored!)) : undefined);
      if (status === "PRESENT") row.set(field(rowDesc, use.name), payloadMessage(use, stored!));
      else {
        all = false;
        states.set(field(states.desc, use.name), Status[status]);
      }
      if (status === "NOT_FOUND") continue;
      eventTimes.set(field(eventTimes.desc, use.name), header!.eventTimeUs);
      if (header!.availableTimeUs !== undefined)
        availableTimes.set(field(availableTimes.desc, use.name), header!.availableTimeUs);
    }
    if (!all) row.set(field(rowDesc, "states"), states);
    if (service.selection.onDemand !== undefined) {
      row.set(field(rowDesc, "computed"), twinComputed(service, rowDesc, entityRow, decoded));
    }
    if (options?.includeTimes !== true) return row;
    row.set(field(rowDesc, "event_times_us"), eventTimes);
    row.set(field(rowDesc, "available_times_us"), availableTimes);
    return row;
  }

  function payloadMessage(use: SelectedView, stored: Uint8Array): ReflectMessage {
    const desc = messageOf(rowDesc, use.name);
    const message = reflect(desc, fromBinary(desc, payloadOf(stored)));
    if (use.whole) return message;
    const cut = reflect(desc);
    for (const { name } of use.features)
      if (message.isSet(field(desc, name)))
        cut.set(field(desc, name), message.get(field(desc, name)) as never);
    return cut;
  }
}

function keyOf(entityRow: ReflectMessage, { keyNames, view }: SelectedView): Uint8Array {
  const values = keyNames.map((name, i) => {
    const value = entityRow.get(field(entityRow.desc, name)) as KeyValue | number;
    return view.keys[i]!.type === "INT32" ? BigInt(value as number) : (value as KeyValue);
  });
  return encodeKey(
    view.keys.map((key) => key.type),
    values,
  );
}

function field(desc: DescMessage, name: string): DescField {
  return desc.fields.find((each) => each.name === name)!;
}

function messageOf(desc: DescMessage, name: string): DescMessage {
  return field(desc, name).message!;
}

function part(message: ReflectMessage, name: string): ReflectMessage {
  return reflect(messageOf(message.desc, name));
}

function add(message: ReflectMessage, name: string, element: ReflectMessage): void {
  (message.get(field(message.desc, name)) as { add(element: unknown): void }).add(element);
}
