import { rowMessageName } from "@timewell/model";
import type { GeneratedFile, PushGeneration } from "./generation.ts";
import { noteLines } from "./header.ts";
import { pythonChannels, pythonClosing, pythonConstructor } from "./python-connection.ts";

/** The ready client of typed pushes: `<view>_v<n>_push_client.py`. */
export function pythonPushClient(generation: PushGeneration): GeneratedFile {
  const { pushed, descriptor } = generation;
  const messages = descriptor.method["push"]!.input.file.name.split("/").slice(0, -1).join(".");
  const parts = [
    imports(`${pushed.name} version ${pushed.version}`, messages, rowMessageName(pushed)),
    pythonChannels(descriptor, "Push", "7404"),
    clientClass(rowMessageName(pushed), false),
    clientClass(rowMessageName(pushed), true),
  ];
  const content = noteLines("#", generation, "python") + parts.join("\n\n");
  return { path: `${pushed.name}_v${pushed.version}_push_client.py`, content };
}

function imports(view: string, messages: string, features: string): string {
  return `"""A client that pushes rows of feature view ${view}. It needs grpcio and protobuf."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from types import TracebackType
from typing import Literal
from urllib.parse import urlsplit

import grpc
import grpc.aio

from .${messages} import messages_pb2

# A row, its join keys, and its features; features that are left out become NULL.
Row = messages_pb2.Row
Keys = messages_pb2.Keys
${features} = messages_pb2.${features}
# What became of the rows: for each, in order, its position in the log or why it was refused.
PushResponse = messages_pb2.PushResponse
`;
}

function clientClass(message: string, isAsync: boolean): string {
  const name = `${isAsync ? "Async" : ""}${message}PushClient`;
  const [def, wait] = isAsync ? ["async def", "await "] : ["def", ""];
  const call = { method: "push", request: "PushRequest", answer: "PushResponse" };
  const purpose = "A client that pushes rows.";
  return `${pythonConstructor({ name, isAsync, purpose, port: "7404", timeoutS: "10.0", ...call })}

    ${def} push(
        self,
        rows: Sequence[Row],
        *,
        request_id: str | None = None,
        wait: Literal["durable", "online"] = "durable",
        timeout_s: float | None = None,
    ) -> PushResponse:
        """Writes 1 to 10,000 rows; a wrong row never fails its neighbours.

        Raises grpc.RpcError: its code() is the gRPC status, its details() say what is wrong and how to mend it.
        UNAVAILABLE is tried again under the same request id, so that it has one effect: twice at most and within a
        budget.

        request_id: The same rows under the same id have one effect and the same answer for 24 h; at most 64
            characters. None: a new one.
        wait: "online" waits until the rows can be read; "durable" until they cannot be lost.
        timeout_s: Deadline, seconds.
        """
        request = messages_pb2.PushRequest(
            rows=rows,
            wait=messages_pb2.WAIT_ONLINE if wait == "online" else messages_pb2.WAIT_DURABLE,
            request_id=str(uuid.uuid4()) if request_id is None else request_id,
        )
        answer: PushResponse = ${wait}self._push(
            request,
            timeout=self._timeout_s if timeout_s is None else timeout_s,
            metadata=self._metadata,
        )
        return answer

${pythonClosing(name, isAsync)}`;
}
