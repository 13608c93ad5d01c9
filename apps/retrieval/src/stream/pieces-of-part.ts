import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type GetTrainingSetResponse, GetTrainingSetResponseSchema } from "@timewell/contracts";

/** Most bytes of a part that is not copied; callers and the documents expect no more. */
export const directPartBytesMax = 1_048_576;

const { arrowBatch } = GetTrainingSetResponseSchema.field;

/** A part of a batch in the bytes of its message, of which those of the batch are the ones it has; undefined for other parts. */
export function piecesOfPart({ part, batchEnd }: GetTrainingSetResponse): readonly Uint8Array[] | undefined {
  if (part.case !== "arrowBatch") return undefined;
  const head = new BinaryWriter()
    .tag(arrowBatch.number, WireType.LengthDelimited)
    .uint32(part.value.length)
    .finish();
  if (batchEnd === undefined) return [head, part.value];
  const end = create(GetTrainingSetResponseSchema, { batchEnd });
  return [head, part.value, toBinary(GetTrainingSetResponseSchema, end)];
}
