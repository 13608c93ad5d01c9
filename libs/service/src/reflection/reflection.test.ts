import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Client, credentials } from "@grpc/grpc-js";
import { FeatureRegistry, grpcHealthV1, grpcReflectionV1, OnlineServing } from "@timewell/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stacks, startTestService, type TestService } from "../process/test-service.testdata.ts";

const { ServerReflectionRequestSchema, ServerReflectionResponseSchema } = grpcReflectionV1;
type Question = grpcReflectionV1.ServerReflectionRequest["messageRequest"];
const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes);

describe.each(stacks)("reflection and health on %s, by a client that knows no contract", (stack) => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService({ stack });
    client = new Client(`127.0.0.1:${service.port}`, credentials.createInsecure());
  });
  afterAll(async () => {
    client.close();
    await service.drain();
  });

  async function ask(version: string, messageRequest: Question) {
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    const call = client.makeBidiStreamRequest<Uint8Array, Uint8Array>(path, asBuffer, (bytes) => bytes);
    call.write(
      toBinary(ServerReflectionRequestSchema, create(ServerReflectionRequestSchema, { messageRequest })),
    );
    call.end();
    const answers: Uint8Array[] = [];
    for await (const bytes of call) answers.push(bytes as Uint8Array);
    expect(answers).toHaveLength(1);
    return fromBinary(ServerReflectionResponseSchema, answers[0]!).messageResponse;
  }

  function filesOf(answer: Awaited<ReturnType<typeof ask>>): string[] {
    if (answer.case !== "fileDescriptorResponse") return [`${answer.case}`];
    return answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
  }

  it.each(["v1", "v1alpha"])(
    "%s lists the services that are hosted now, also those that come later",
    async (version) => {
      const names = async () => {
        const answer = await ask(version, { case: "listServices", value: "" });
        return answer.case === "listServicesResponse" ? answer.value.service.map((one) => one.name) : [];
      };
      expect(await names()).toContain(OnlineServing.typeName);
      const remove = service.descriptors.add(FeatureRegistry);
      expect(await names()).toContain(FeatureRegistry.typeName);
      remove();
      expect(await names()).not.toContain(FeatureRegistry.typeName);
    },
  );

  it.each([
    "timewell.serving.v1.OnlineServing",
    "timewell.serving.v1.OnlineServing.GetOnlineFeatures",
    "timewell.serving.v1.GetOnlineFeaturesResponse.ViewColumn",
    "timewell.serving.v1.GetOnlineFeaturesRequest.project",
  ])("finds the file of %s with every file that it needs", async (symbol) => {
    const files = filesOf(await ask("v1", { case: "fileContainingSymbol", value: symbol }));
    expect(files[0]).toBe("timewell/serving/v1/serving.proto");
    expect(files).toContain("timewell/types/v1/value.proto");
    expect(files).toContain("google/protobuf/descriptor.proto");
  });

  it("finds files by name and extensions by number, and says so where there is nothing", async () => {
    const byName = await ask("v1", { case: "fileByFilename", value: "timewell/types/v1/value.proto" });
    expect(filesOf(byName)).toEqual(["timewell/types/v1/value.proto"]);
    const extension = create(grpcReflectionV1.ExtensionRequestSchema, {
      containingType: "google.protobuf.MethodOptions",
      extensionNumber: 50001,
    });
    const byExtension = await ask("v1", { case: "fileContainingExtension", value: extension });
    expect(filesOf(byExtension)[0]).toBe("timewell/types/v1/access.proto");
    const nothing = await ask("v1", { case: "fileByFilename", value: "nothing.proto" });
    expect(nothing.case === "errorResponse" && nothing.value.errorCode).toBe(5);
  });

  function check(name: string): Promise<grpcHealthV1.HealthCheckResponse_ServingStatus> {
    const request = create(grpcHealthV1.HealthCheckRequestSchema, { service: name });
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        "/grpc.health.v1.Health/Check",
        (message: typeof request) => asBuffer(toBinary(grpcHealthV1.HealthCheckRequestSchema, message)),
        (bytes) => fromBinary(grpcHealthV1.HealthCheckResponseSchema, bytes),
        request,
        (error, response) => (error === null ? resolve(response!.status) : reject(error)),
      );
    });
  }

  it("health answers per service, and NOT_FOUND for names that it does not know", async () => {
    expect(await check(OnlineServing.typeName)).toBe(1);
    service.health.set(OnlineServing.typeName, false);
    expect(await check(OnlineServing.typeName)).toBe(2);
    expect(await check("")).toBe(2);
    service.health.set(OnlineServing.typeName, true);
    expect(await check("")).toBe(1);
    await expect(check("nobody")).rejects.toMatchObject({ code: 5 });
  });

  it("health is watched: the state now, then each change", async () => {
    const request = toBinary(
      grpcHealthV1.HealthCheckRequestSchema,
      create(grpcHealthV1.HealthCheckRequestSchema, { service: OnlineServing.typeName }),
    );
    const call = client.makeServerStreamRequest<Uint8Array, Uint8Array>(
      "/grpc.health.v1.Health/Watch",
      asBuffer,
      (bytes) => bytes,
      request,
    );
    const seen: number[] = [];
    call.on("error", () => undefined);
    for await (const bytes of call) {
      seen.push(fromBinary(grpcHealthV1.HealthCheckResponseSchema, bytes as Uint8Array).status);
      if (seen.length === 1) service.health.set(OnlineServing.typeName, false);
      if (seen.length === 2) service.health.set(OnlineServing.typeName, true);
      if (seen.length === 3) break;
    }
    call.cancel();
    expect(seen).toEqual([1, 2, 1]);
  });
});
