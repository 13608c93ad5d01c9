import { Code, type ServiceImpl } from "@connectrpc/connect";
import { grpcReflectionV1, type grpcReflectionV1alpha } from "@timewell/contracts";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { LiveDescriptors } from "./live-descriptors.ts";

type Request = grpcReflectionV1.ServerReflectionRequest;
type Answer = MessageInitShape<typeof grpcReflectionV1.ServerReflectionResponseSchema>["messageResponse"];

/** The public reflection interface over the contracts that are hosted at the moment of each question. */
export function reflectionService(
  descriptors: LiveDescriptors,
): ServiceImpl<typeof grpcReflectionV1.ServerReflection> {
  return {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) {
        yield {
          validHost: request.host,
          originalRequest: request,
          messageResponse: answer(descriptors, request),
        };
      }
    },
  };
}

/** The older interface of the same shape. */
export function reflectionServiceV1alpha(
  descriptors: LiveDescriptors,
): ServiceImpl<typeof grpcReflectionV1alpha.ServerReflection> {
  return {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) {
        const messageRequest = request.messageRequest as Request["messageRequest"];
        const asked = create(grpcReflectionV1.ServerReflectionRequestSchema, {
          host: request.host,
          messageRequest,
        });
        const messageResponse = answer(descriptors, asked) as never;
        yield { validHost: request.host, originalRequest: request, messageResponse };
      }
    },
  };
}

function answer(descriptors: LiveDescriptors, request: Request): NonNullable<Answer> {
  const question = request.messageRequest;
  switch (question.case) {
    case "listServices": {
      const service = descriptors.serviceNames().map((name) => ({ name }));
      return { case: "listServicesResponse", value: { service } };
    }
    case "fileByFilename":
      return files(descriptors.fileByName(question.value), question.value);
    case "fileContainingSymbol":
      return files(descriptors.fileBySymbol(question.value), question.value);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = question.value;
      return files(
        descriptors.fileByExtension(containingType, extensionNumber),
        `${containingType} ${extensionNumber}`,
      );
    }
    case "allExtensionNumbersOfType": {
      const extensionNumber = descriptors.extensionNumbers(question.value);
      if (extensionNumber === undefined) return notFound(question.value);
      return {
        case: "allExtensionNumbersResponse",
        value: { baseTypeName: question.value, extensionNumber },
      };
    }
    case undefined:
      return {
        case: "errorResponse",
        value: { errorCode: Code.InvalidArgument, errorMessage: "nothing was asked" },
      };
  }
}

function files(found: Uint8Array[] | undefined, name: string): NonNullable<Answer> {
  if (found === undefined) return notFound(name);
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto: found } };
}

function notFound(name: string): NonNullable<Answer> {
  const errorMessage = `nothing of the name ${JSON.stringify(name)} is hosted here`;
  return { case: "errorResponse", value: { errorCode: Code.NotFound, errorMessage } };
}
