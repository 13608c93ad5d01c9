import { create, toBinary } from "@bufbuild/protobuf";
import { RowErrorSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { wireTypes, WireReader } from "@timewell/row";

import { answerEach } from "../answer-each.ts";
import { varintBytes, writeVarint } from "../push-answer.ts";
import { pushesInFlightMax } from "../push-stream.ts";

const sequenceTag = (1 << 3) | wireTypes.varint;
const pushTag = (2 << 3) | wireTypes.lengthDelimited;
const responseTag = 0x12;
const errorTag = 0x1a;
const noSequence = Buffer.of(0);

/** Answers a typed `PushStream`: the same as the stream of pushes by name, from bytes to bytes. */
export function typedStream(
  requests: AsyncIterable<Uint8Array>,
  push: (request: Buffer) => Promise<Uint8Array>,
  { typeName, draining }: { readonly typeName: string; readonly draining: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const answer = async (request: Uint8Array) => {
    const message = readMessage(request, typeName);
    try {
      if (message.push === undefined) throw new WireReader(noSequence, typeName).malformed();
      return frame(message.sequence, responseTag, await push(message.push));
    } catch (reason) {
      if (!(reason instanceof FeatureStoreError) || reason.kind === "CANCELLED") throw reason;
      const { kind, message: text } = reason;
      const error = toBinary(RowErrorSchema, create(RowErrorSchema, { kind, message: text }));
      return frame(message.sequence, errorTag, error);
    }
  };
  return answerEach(requests, answer, { inFlightMax: pushesInFlightMax, draining });
}

/** The sequence stays the bytes that it is. */
function readMessage(request: Uint8Array, typeName: string): { sequence: Buffer; push: Buffer | undefined } {
  const bytes = Buffer.from(request.buffer, request.byteOffset, request.byteLength);
  const cursor = new WireReader(bytes, typeName);
  let sequence: Buffer = noSequence;
  let push: Buffer | undefined;
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    const start = cursor.at;
    if (tag === sequenceTag) {
      cursor.varint();
      sequence = bytes.subarray(start, cursor.at);
    } else if (tag === pushTag) {
      const end = cursor.partEnd();
      const part = bytes.subarray(cursor.at, end);
      push = push === undefined ? part : Buffer.concat([push, part]);
      cursor.at = end;
    } else cursor.skip(tag & 7);
  }
  return { sequence, push };
}

function frame(sequence: Buffer, tag: number, content: Uint8Array): Uint8Array {
  const out = new Uint8Array(2 + sequence.length + varintBytes(content.length) + content.length);
  out[0] = sequenceTag;
  out.set(sequence, 1);
  out[1 + sequence.length] = tag;
  const at = writeVarint(out, 2 + sequence.length, content.length);
  out.set(content, at);
  return out;
}
