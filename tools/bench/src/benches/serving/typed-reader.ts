import { fromBinary, fromJson, toBinary, toJson, type DescMethod } from "@bufbuild/protobuf";
import type { TimewellClient } from "@timewell/client";
import { compileProject, serviceDescriptor, type CompiledProject } from "@timewell/model";
import { project } from "../../fixtures/definitions.ts";
import { servedFeatures } from "../../fixtures/serving-definitions.ts";
import { GrpcCaller } from "../../harness/grpc-caller.ts";

/** The values of one row, in the order of the features; null where there is none. */
export type RowValues = readonly (number | null)[];

interface JsonAnswer {
  readonly rows?: readonly Readonly<Record<string, Readonly<Record<string, number>>>>[];
}

/** Compiles what a registry holds of the bench's project. */
export async function readProject(client: TimewellClient): Promise<CompiledProject> {
  const { snapshot } = await client.registry.getSnapshot({ project });
  return compileProject(snapshot!);
}

/** A typed client of one feature service, made from its descriptor. */
export class TypedReader {
  /** `/timewell.features.<project>.<Service>/Get`. */
  readonly path: string;
  readonly #method: DescMethod;
  readonly #caller: GrpcCaller;
  readonly #firstView: string;

  constructor(compiled: CompiledProject, service: string, url: string) {
    const found = compiled.services.get(service)!;
    this.#method = serviceDescriptor(compiled.project, found).methods[0]!;
    this.#firstView = found.selection.views[0]!.name;
    this.#caller = new GrpcCaller(url);
    this.path = `/${this.#method.parent.typeName}/${this.#method.name}`;
  }

  /** The bytes of a request for these entities. */
  request(ids: readonly number[]): Uint8Array {
    const { input } = this.#method;
    return toBinary(input, fromJson(input, { rows: ids.map((id) => ({ entity_id: id })) }));
  }

  /** Asks for these entities and returns the bytes of the answer. */
  call(ids: readonly number[]): Promise<Buffer> {
    return this.#caller.call(this.path, this.request(ids));
  }

  /** Asks for these entities: the values of the first view, by row. */
  async read(ids: readonly number[]): Promise<RowValues[]> {
    const { output } = this.#method;
    const answer = toJson(output, fromBinary(output, await this.call(ids))) as unknown as JsonAnswer;
    return (answer.rows ?? []).map((row) => {
      const values = row[this.#firstView] ?? {};
      return servedFeatures.map((name) => values[name] ?? null);
    });
  }

  /** Ends the connection. */
  close(): void {
    this.#caller.close();
  }
}
