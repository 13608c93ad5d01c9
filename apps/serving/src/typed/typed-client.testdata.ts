import {
  create,
  createFileRegistry,
  type DescMethod,
  fromBinary,
  type Message,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { CallOptions, Client, ClientUnaryCall } from "@grpc/grpc-js";
import { Metadata } from "@grpc/grpc-js";
import { grpcReflectionV1 } from "@timewell/contracts";

const { ServerReflectionRequestSchema, ServerReflectionResponseSchema } = grpcReflectionV1;
const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes);
const asIs = (bytes: Buffer) => bytes;

/** Calls a method with request bytes; `began` gets the call, to cancel it. */
export function callBytes(
  client: Client,
  path: string,
  request: Uint8Array,
  options: CallOptions = {},
  began: (call: ClientUnaryCall) => void = () => undefined,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(
      path,
      asBuffer,
      asIs,
      request,
      new Metadata(),
      options,
      (error, answer) => {
        if (error === null) resolve(answer!);
        else reject(error);
      },
    );
    began(call);
  });
}

/** Calls a method by its descriptor; answers JSON. */
export async function callTyped(
  client: Client,
  method: DescMethod,
  request: object,
  options: CallOptions = {},
): Promise<unknown> {
  const bytes = toBinary(method.input, create(method.input, request as never));
  const answer = await callBytes(client, `/${method.parent.typeName}/${method.name}`, bytes, options);
  return toJson(method.output, fromBinary(method.output, answer));
}

type Version = "v1" | "v1alpha";
type Question = grpcReflectionV1.ServerReflectionRequest["messageRequest"];

async function ask(client: Client, version: Version, messageRequest: Question) {
  const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
  const call = client.makeBidiStreamRequest<Uint8Array, Buffer>(path, asBuffer, asIs);
  call.write(
    toBinary(ServerReflectionRequestSchema, create(ServerReflectionRequestSchema, { messageRequest })),
  );
  call.end();
  const answers: Message[] = [];
  let last: grpcReflectionV1.ServerReflectionResponse["messageResponse"] = { case: undefined };
  for await (const bytes of call) {
    const answer = fromBinary(ServerReflectionResponseSchema, bytes as Buffer);
    answers.push(answer);
    last = answer.messageResponse;
  }
  return last;
}

/** Names of the services that reflection lists. */
export async function listServices(client: Client, version: Version): Promise<string[]> {
  const answer = await ask(client, version, { case: "listServices", value: "" });
  return answer.case === "listServicesResponse" ? answer.value.service.map(({ name }) => name) : [];
}

/** The methods of a service, learned from reflection alone, as grpcurl does; undefined where it is not there. */
export async function reflectedMethod(
  client: Client,
  version: Version,
  service: string,
  method: string,
): Promise<DescMethod | undefined> {
  const answer = await ask(client, version, { case: "fileContainingSymbol", value: service });
  if (answer.case !== "fileDescriptorResponse") return undefined;
  const files = answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  // A set lists what a file needs before the file.
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: files.toReversed() }));
  return registry.getService(service)?.methods.find((each) => each.name === method);
}
