import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { feastServing } from "@timewell/contracts";
import { servedFeatures } from "../../fixtures/serving-definitions.ts";
import { GrpcCaller } from "../../harness/grpc-caller.ts";
import type { RowValues } from "./typed-reader.ts";

const { FieldStatus, GetOnlineFeaturesRequestSchema, GetOnlineFeaturesResponseSchema, ServingService } =
  feastServing;

/** A client of Feast's gRPC contract, as its Go and Java clients speak it; it asks for the feature service by name. */
export class FeastGrpcReader {
  readonly path = `/${ServingService.typeName}/${ServingService.method.getOnlineFeatures.name}`;
  readonly #caller: GrpcCaller;

  constructor(url: string) {
    this.#caller = new GrpcCaller(url);
  }

  /** The bytes of a request for these entities. */
  request(ids: readonly number[]): Uint8Array {
    const val = ids.map((id) => ({ val: { case: "int64Val" as const, value: BigInt(id) } }));
    return toBinary(
      GetOnlineFeaturesRequestSchema,
      create(GetOnlineFeaturesRequestSchema, {
        kind: { case: "featureService", value: "model" },
        entities: { entity_id: { val } },
      }),
    );
  }

  /** Asks for these entities and returns the bytes of the answer. */
  call(ids: readonly number[]): Promise<Buffer> {
    return this.#caller.call(this.path, this.request(ids));
  }

  /** Asks for these entities: their values, by row. */
  async read(ids: readonly number[]): Promise<RowValues[]> {
    const { metadata, results } = fromBinary(GetOnlineFeaturesResponseSchema, await this.call(ids));
    const names = metadata?.featureNames?.val ?? [];
    const columns = servedFeatures.map((feature) => results[names.indexOf(feature)]);
    return ids.map((_, row) =>
      columns.map((column) => {
        const value = column?.values[row]?.val;
        const isPresent = column?.statuses[row] === FieldStatus.PRESENT && value?.case === "doubleVal";
        return isPresent ? value.value : null;
      }),
    );
  }

  /** Ends the connection. */
  close(): void {
    this.#caller.close();
  }
}
