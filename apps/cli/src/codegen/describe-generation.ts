import { create, createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  file_timewell_types_v1_log_position,
  file_timewell_types_v1_status,
  file_timewell_types_v1_value,
} from "@timewell/contracts";
import { pascalCase, selectService, serviceFiles, type CompiledProject } from "@timewell/model";
import type { Generation } from "./generation.ts";
import { withComments } from "./with-comments.ts";

/** Everything about a service that generators need. FEATURE_SERVICE_NOT_FOUND where there is none of that name. */
export function describeGeneration(project: CompiledProject, name: string): Generation {
  selectService(project, name);
  const service = project.services.get(name)!;
  const [messages, file] = serviceFiles(project.project, service);
  const shared = [
    file_timewell_types_v1_log_position,
    file_timewell_types_v1_status,
    file_timewell_types_v1_value,
  ]
    .map((known) => known.proto)
    .filter((proto) => messages.dependency.includes(proto.name));
  const { definition } = project.snapshot.featureServices.find((state) => state.definition?.name === name)!;
  const commented = [messages, file].map((proto) => withComments(proto, service, definition!));
  const protos = [...shared, ...commented];
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: protos }));
  const files = protos.map((proto) => registry.getFile(proto.name)) as DescFile[];
  const flags = project.project === "default" ? "" : ` --project ${project.project}`;
  return {
    project: project.project,
    registryVersion: project.version,
    subject: `feature service ${name}`,
    revision: service.revision,
    service,
    descriptor: registry.getService(`${file.package}.${pascalCase(name)}`)!,
    files,
    command: `timewell gen ${name}${flags}`,
  };
}
