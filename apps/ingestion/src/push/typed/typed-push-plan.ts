import type { DescMessage, DescService } from "@bufbuild/protobuf";
import { type CompiledView, pushDescriptor, rowMessageName } from "@timewell/model";
import { compileCanonicalCheck, type IsCanonicalPayload } from "@timewell/row";

/** Everything that typed pushes to one view version need, compiled once. */
export interface TypedPushPlan {
  readonly view: CompiledView;
  readonly service: DescService;
  /** Full name of the message of one push. */
  readonly requestType: string;
  /** The view's row message. */
  readonly rowMessage: DescMessage;
  readonly isCanonical: IsCanonicalPayload;
  /** True where nothing needs to know the values of a row: canonical bytes are written as they came. */
  readonly isPlain: boolean;
}

/** Compiles the plan of a view version. */
export function compileTypedPushPlan(view: CompiledView): TypedPushPlan {
  const service = pushDescriptor(view);
  const { input } = service.method["push"]!;
  const name = rowMessageName(view);
  return Object.freeze({
    view,
    service,
    requestType: input.typeName,
    rowMessage: input.file.messages.find((message) => message.name === name)!,
    isCanonical: compileCanonicalCheck(view.input.features),
    isPlain: view.constraints.length === 0 && view.windows === undefined,
  });
}
