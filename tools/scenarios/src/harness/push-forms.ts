import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import {
  PushResponseSchema,
  PushStreamRequestSchema,
  PushStreamResponseSchema,
  type PushResponse,
} from "@timewell/contracts";
import { makeClients } from "./clients.ts";

/** A row of `driver_live` to push. */
export interface LiveRow {
  readonly driver: number;
  readonly trips: number;
  readonly eventTimeUs: bigint;
}

/** Pushes one row under a request id; answers `partition:position`. */
export type PushForm = (url: string, row: LiveRow, requestId: string) => Promise<string>;

/** Every form of a push. `tripsNumber` is the field number of `trips` in the row message. */
export function pushForms(project: string, tripsNumber: number): Readonly<Record<string, PushForm>> {
  const service = `/timewell.ingest.${project}.DriverLiveV1`;
  return {
    "by name": async (url, row, requestId) => {
      const clients = makeClients({ registry: url, serving: url, http: url, retrieval: url, ingestion: url });
      return placeOf(await clients.ingestion.push(byName(project, row, requestId), { timeoutMs: 20_000 }));
    },
    "stream by name": async (url, row, requestId) => {
      const bytes = toBinary(
        PushStreamRequestSchema,
        create(PushStreamRequestSchema, { sequence: 1n, push: byName(project, row, requestId) }),
      );
      return streamed(url, "/timewell.ingestion.v1.Ingestion/PushStream", bytes);
    },
    typed: (url, row, requestId) =>
      withClient(url, (client) => {
        const answer = Promise.withResolvers<string>();
        const bytes = typed(row, requestId, tripsNumber).finish();
        client.makeUnaryRequest(
          `${service}/Push`,
          asBuffer,
          asIs,
          bytes,
          new Metadata(),
          (error, response) => {
            if (error === null) answer.resolve(placeOf(fromBinary(PushResponseSchema, response!)));
            else answer.reject(error);
          },
        );
        return answer.promise;
      }),
    "typed stream": (url, row, requestId) => {
      const push = typed(row, requestId, tripsNumber).finish();
      return streamed(
        url,
        `${service}/PushStream`,
        new BinaryWriter().uint32(8).uint64(1).uint32(18).bytes(push).finish(),
      );
    },
    JSON: async (url, row, requestId) => {
      const rows = [
        { keys: { driver: row.driver }, features: { trips: row.trips }, event_time: String(row.eventTimeUs) },
      ];
      const body = JSON.stringify({ project, feature_view: "driver_live", rows, request_id: requestId });
      const response = await fetch(`${url}/push`, { method: "POST", body });
      const { results } = (await response.json()) as {
        results: { position: { partition: number; position: string } }[];
      };
      return `${results[0]!.position.partition}:${results[0]!.position.position}`;
    },
  };
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes);
const asIs = (bytes: Buffer) => bytes;

function byName(project: string, { driver, trips, eventTimeUs }: LiveRow, requestId: string) {
  const int64 = (value: number) => ({ kind: { case: "int64Value" as const, value: BigInt(value) } });
  const rows = [{ keys: { driver: int64(driver) }, features: { trips: int64(trips) }, eventTimeUs }];
  return { project, featureView: "driver_live", rows, requestId };
}

function typed(
  { driver, trips, eventTimeUs }: LiveRow,
  requestId: string,
  tripsNumber: number,
): BinaryWriter {
  const keys = new BinaryWriter().uint32(8).int64(driver).finish();
  const features = new BinaryWriter()
    .uint32(tripsNumber * 8)
    .int64(trips)
    .finish();
  const row = new BinaryWriter()
    .uint32(10)
    .bytes(keys)
    .uint32(18)
    .bytes(features)
    .uint32(25)
    .sfixed64(eventTimeUs);
  return new BinaryWriter().uint32(10).bytes(row.finish()).uint32(26).string(requestId);
}

async function withClient<T>(url: string, run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(new URL(url).host, credentials.createInsecure());
  return run(client).finally(() => client.close());
}

function streamed(url: string, path: string, message: Uint8Array): Promise<string> {
  return withClient(url, async (client) => {
    const call = client.makeBidiStreamRequest<Uint8Array, Buffer>(path, asBuffer, asIs);
    call.write(message);
    call.end();
    const places: string[] = [];
    for await (const bytes of call) {
      const { outcome } = fromBinary(PushStreamResponseSchema, bytes as Buffer);
      if (outcome.case !== "response") throw new Error(outcome.value?.message ?? "no answer");
      places.push(placeOf(outcome.value));
    }
    return places.join();
  });
}

function placeOf({ results }: PushResponse): string {
  const [result] = results;
  if (result?.outcome.case !== "position") throw new Error(result?.outcome.value?.message ?? "no result");
  return `${result.outcome.value.partition}:${result.outcome.value.position}`;
}
