import { ScalarType, type DescField, type DescMessage } from "@bufbuild/protobuf";
import { pascalCase } from "@timewell/model";
import { commentsOf } from "./comments-of.ts";
import { messageOf, type GeneratedFile, type Generation } from "./generation.ts";
import { noteLines } from "./header.ts";
import { keyFields } from "./key-fields.ts";
import { statusNames } from "./status-names.ts";

/** Items of a list, one on each line. */
function lines(indent: string, items: readonly string[]): string {
  return items.map((item) => `${indent}${item},\n`).join("");
}

/** The ready client of a service: `<service>_client.py`. */
export function pythonClient(generation: Generation): GeneratedFile {
  const head = noteLines("#", generation, "python");
  const parts = [imports(generation), types(generation), channels(generation), clients(generation)];
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

function channels({ descriptor }: Generation): string {
  return `_PATH = "/${descriptor.typeName}/Get"

_CHANNEL_OPTIONS: list[tuple[str, str | int]] = [
    (
        "grpc.service_config",
        json.dumps(
            {
                "loadBalancingConfig": [{"round_robin": {}}],
                "methodConfig": [
                    {
                        "name": [{"service": "${descriptor.typeName}"}],
                        "retryPolicy": {
                            "maxAttempts": 3,
                            "initialBackoff": "0.02s",
                            "maxBackoff": "0.2s",
                            "backoffMultiplier": 2,
                            "retryableStatusCodes": ["UNAVAILABLE"],
                        },
                    }
                ],
                # Every failure costs a token, every success earns a tenth; below half of them nothing is tried again.
                "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1},
            }
        ),
    ),
    ("grpc.service_config_disable_resolution", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),
]


def _target(url: str) -> tuple[str, bool]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"Cannot connect to {url}: write it like http://127.0.0.1:7402")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_tls = parts.scheme == "https"
    return f"dns:///{host}:{parts.port or (443 if is_tls else 80)}", is_tls
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
  return `${constructorText(name, isAsync)}

${methodsText(generation, name, isAsync)}`;
}

function constructorText(name: string, isAsync: boolean): string {
  const grpcModule = isAsync ? "grpc.aio" : "grpc";
  const purpose = isAsync ? "The same client for asyncio." : "A client of the feature service.";
  return `class ${name}:
    """${purpose} It connects with the first call, and again when the connection breaks.

    url: for example http://127.0.0.1:7402; https for TLS. Every address of the host's name is used in turn.
    token: sent with every call.
    tls_ca, tls_cert, tls_key: PEM texts: the authority to trust where it is not a public one, and the client's own
        certificate where servers ask for one.
    timeout_s: deadline of calls that do not name their own.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        tls_ca: bytes | None = None,
        tls_cert: bytes | None = None,
        tls_key: bytes | None = None,
        timeout_s: float = 1.0,
    ) -> None:
        target, is_tls = _target(url)
        if is_tls:
            credentials = grpc.ssl_channel_credentials(tls_ca, tls_key, tls_cert)
            self._channel = ${grpcModule}.secure_channel(target, credentials, options=_CHANNEL_OPTIONS)
        else:
            self._channel = ${grpcModule}.insecure_channel(target, options=_CHANNEL_OPTIONS)
        self._get = self._channel.unary_unary(
            _PATH,
            request_serializer=messages_pb2.GetRequest.SerializeToString,
            response_deserializer=messages_pb2.GetResponse.FromString,
        )
        self._metadata = () if token is None else (("authorization", f"Bearer {token}"),)
        self._timeout_s = timeout_s`;
}

function methodsText(generation: Generation, name: string, isAsync: boolean): string {
  const service = pascalCase(generation.service.name);
  const [def, wait, enter, exit] = isAsync
    ? ["async def", "await ", "__aenter__", "__aexit__"]
    : ["def", "", "__enter__", "__exit__"];
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

    ${def} close(self) -> None:
        """Ends the connections."""
        ${wait}self._channel.close()

    ${def} ${enter}(self) -> ${name}:
        return self

    ${def} ${exit}(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        ${wait}self.close()
`;
}
