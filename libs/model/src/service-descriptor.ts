import { createFileRegistry, type DescFile, type DescService } from "@bufbuild/protobuf";
import {
  file_timewell_types_v1_log_position,
  file_timewell_types_v1_status,
  file_timewell_types_v1_value,
} from "@timewell/contracts";
import type { CompiledService } from "./compiled-project.ts";
import { pascalCase } from "./pascal-case.ts";
import { serviceFiles } from "./service-files.ts";

const imports: readonly DescFile[] = [
  file_timewell_types_v1_log_position,
  file_timewell_types_v1_status,
  file_timewell_types_v1_value,
];

/** The typed service `timewell.features.<project>.<Service>` of a feature service, as `serviceFiles` declares it. */
export function serviceDescriptor(project: string, service: CompiledService): DescService {
  const [messages, file] = serviceFiles(project, service);
  const known = createFileRegistry(messages, (name) => imports.find((each) => each.proto.name === name));
  const registry = createFileRegistry(file, (name) => known.getFile(name));
  return registry.getService(`${file.package}.${pascalCase(service.name)}`)!;
}
