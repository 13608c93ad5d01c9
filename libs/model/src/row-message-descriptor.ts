import { create } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, type FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { file_timewell_types_v1_value } from "@timewell/contracts";
import type { CompiledView } from "./compiled-project.ts";
import { pascalCase } from "./pascal-case.ts";
import { isScalarType } from "./protobuf-types.ts";
import { rowMessage } from "./row-message.ts";

/** Name of the row message of a view version, for example `AirportHourlyV1`. */
export function rowMessageName(view: Pick<CompiledView, "name" | "version">): string {
  return `${pascalCase(view.name)}V${view.version}`;
}

/**
 * The file that declares the row message of a view version, in package `timewell.features.<project>`; stored payloads are
 * its canonical bytes. It imports `timewell/types/v1/value.proto` where it has lists.
 */
export function rowMessageDescriptor(view: CompiledView): FileDescriptorProto {
  const hasLists = view.features.some((feature) => !isScalarType(feature.type));
  return create(FileDescriptorProtoSchema, {
    name: `timewell/features/${view.project}/${view.name}_v${view.version}.proto`,
    package: `timewell.features.${view.project}`,
    syntax: "proto3",
    dependency: hasLists ? [file_timewell_types_v1_value.proto.name] : [],
    messageType: [rowMessage(rowMessageName(view), view.features)],
  });
}
