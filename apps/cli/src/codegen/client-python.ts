import { ScalarType, type DescField, type DescMessage } from "@bufbuild/protobuf";
import { pascalCase } from "@timewell/model";
import { commentsOf } from "./comments-of.ts";
import { messageOf, type GeneratedFile, type Generation } from "./generation.ts";
import { noteLines } from "./header.ts";
import { keyFields } from "./key-fields.ts";
import { pythonChannels, pythonClosing, pythonConstructor } from "./python-connection.ts";
import { statusNames } from "./status-names.ts";

/** Items of a list, one on each line. */
function lines(indent: string, items: readonly string[]): string {
  return items.map((item) => `${indent}${item},\n`).join("");
}

/** The ready client of a service: `<service>_client.py`. */
export function pythonClient(generation: Generation): GeneratedFile {
  const head = noteLines("#", generation, "python");
  const parts = [
    imports(generation),
    types(generation),
    pythonChannels(generation.descriptor, "Get", "7402"),
    clients(generation),
  ];
  return { path: `${generation.service.name}_client.py`, content: head + parts.join("\n\n") };
}

const scalarTypes: Partial<Record<ScalarType, string>> = {
  [ScalarType.BOOL]: "bool",
  [ScalarType.INT32]: "int",
  [ScalarType.INT64]: "int",
  [ScalarType.FLOAT]: "float",
  [ScalarType.DOUBLE]: "float",
  [ScalarType.STRING]: "str",
  [ScalarType.BYTES]: "bytes",
};

function typeOf(field: DescField): string {
  if (field.message === undefined) return scalarTypes[field.scalar!]!;
  const type = `${moduleOf(field.message)}.${field.message.name}`;
  return field.fieldKind === "list" ? `Sequence[${type}]` : type;
}

/** Of a message of `timewell/types/v1`. */
function moduleOf(message: DescMessage): string {
  return `${message.file.name.split("/").at(-1)!}_pb2`;
}

function imports(generation: Generation): string {
  const folder = messageOf(generation, "Row").file.name.split("/").slice(0, -1).join(".");
  const taken = [...keyFields(generation).all, ...messageOf(generation, "ReadOptions").fields];
  const modules = new Set(taken.flatMap(({ message }) => (message === undefined ? [] : moduleOf(message))));
  return `"""A client of the feature service ${generation.service.name}. It needs grpcio and protobuf."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal
from urllib.parse import urlsplit

import grpc
import grpc.aio

from .${folder} import messages_pb2
from .timewell.types.v1 import ${[...modules].sort().join(", ")}
`;
}

function types(generation: Generation): string {
  const { service } = generation;
  const name = pascalCase(service.name);
  const { keys, all } = keyFields(generation);
  const views = messageOf(generation, "States").fields.map((field) => JSON.stringify(field.name));
  const ordered = [...all.filter((field) => keys.has(field)), ...all.filter((field) => !keys.has(field))];
  const members = ordered.map((field) => {
    const doc = commentsOf(field).map((line) => `${`    # ${line}`.trimEnd()}\n`);
    return `${doc.join("")}    ${field.name}: ${typeOf(field)}${keys.has(field) ? "" : " | None = None"}\n`;
  });
  const names = [...new Set(statusNames.map(([, status]) => JSON.stringify(status)))];
  const byNumber = statusNames.map(([number, status]) => `${number}: ${JSON.stringify(status)}`);
  return `@dataclass(frozen=True, kw_only=True)
class ${name}Keys:
    """Whom to read for: join keys, and request data where the service has any."""

${members.join("")}

# The features of one entity. A view is there (HasField) where its status is PRESENT, a feature where it is not NULL.
${name}Row = messages_pb2.Row
# An answer: rows in the order of the request.
${name}Answer = messages_pb2.GetResponse
# A view or alias of the service.
${name}View = Literal[${views.join(", ")}]
# How the read of a view ended.
${name}Status = Literal[${names.join(", ")}]

_STATUSES: dict[int, ${name}Status] = {
${lines("    ", byNumber)}}


def ${service.name}_status(row: ${name}Row, view: ${name}View) -> ${name}Status:
    """How the read of a view ended. A status that this client does not know counts as UNAVAILABLE."""
    return _STATUSES.get(getattr(row.states, view), "UNAVAILABLE")
`;
}

function clients(generation: Generation): string {
  return `${requestFunction(generation)}

${clientClass(generation, false)}

${clientClass(generation, true)}`;
}

function optionNames(generation: Generation): readonly string[] {
  return messageOf(generation, "ReadOptions").fields.map((field) => field.name);
}

function optionParameters(generation: Generation, indent: string): string {
  return messageOf(generation, "ReadOptions")
    .fields.map((field) => `${indent}${field.name}: ${typeOf(field)} | None = None,\n`)
    .join("");
}

function requestFunction(generation: Generation): string {
  const name = pascalCase(generation.service.name);
  const keys = keyFields(generation).all.map((field) => `${field.name}=row.${field.name}`);
  const options = optionNames(generation).map((option) => `${option}=${option}`);
  return `def _request(
    rows: Sequence[${name}Keys],
    *,
${optionParameters(generation, "    ")}) -> messages_pb2.GetRequest:
    return messages_pb2.GetRequest(
        rows=[
            messages_pb2.EntityRow(
${lines("                ", keys)}            )
            for row in rows
        ],
        options=messages_pb2.ReadOptions(
${lines("            ", options)}        ),
    )
`;
}

function clientClass(generation: Generation, isAsync: boolean): string {
  const service = pascalCase(generation.service.name);
  const name = `${isAsync ? "Async" : ""}${service}Client`;
  const purpose = "A client of the feature service.";
  const call = { method: "get", request: "GetRequest", answer: "GetResponse" };
  return `${pythonConstructor({ name, isAsync, purpose, port: "7402", timeoutS: "1.0", ...call })}

${methodsText(generation, isAsync)}
${pythonClosing(name, isAsync)}`;
}

function methodsText(generation: Generation, isAsync: boolean): string {
  const service = pascalCase(generation.service.name);
  const [def, wait] = isAsync ? ["async def", "await "] : ["def", ""];
  const options = optionNames(generation).map((option) => `${option}=${option}`);
  const docs = messageOf(generation, "ReadOptions").fields.map(
    (field) => `        ${field.name}: ${commentsOf(field).join(" ")}\n`,
  );
  return `    ${def} get(
        self,
        rows: Sequence[${service}Keys],
        *,
${optionParameters(generation, "        ")}        timeout_s: float | None = None,
    ) -> ${service}Answer:
        """Reads the features of 1 to 10,000 entities.

        Raises grpc.RpcError: its code() is the gRPC status, its details() say what is wrong and how to mend it.
        UNAVAILABLE is tried again, twice at most and within a budget.

${docs.join("")}        timeout_s: Deadline, seconds.
        """
        return ${wait}self._get(
            _request(
                rows,
${lines("                ", options)}            ),
            timeout=self._timeout_s if timeout_s is None else timeout_s,
            metadata=self._metadata,
        )
`;
}
