import { createFileRegistry, type DescFile, type DescService } from "@bufbuild/protobuf";
import { file_timewell_types_v1_log_position, file_timewell_types_v1_value } from "@timewell/contracts";
import type { CompiledView } from "./compiled-project.ts";
import { pushFiles } from "./push-files.ts";
import { rowMessageName } from "./row-message-descriptor.ts";

const imports: readonly DescFile[] = [file_timewell_types_v1_log_position, file_timewell_types_v1_value];

/** The service `timewell.ingest.<project>.<View>V<n>` that takes the typed pushes of a view version, as `pushFiles` declares it. */
export function pushDescriptor(view: CompiledView): DescService {
  const [messages, file] = pushFiles(view);
  const known = createFileRegistry(messages, (name) => imports.find((each) => each.proto.name === name));
  const registry = createFileRegistry(file, (name) => known.getFile(name));
  return registry.getService(`${file.package}.${rowMessageName(view)}`)!;
}
