"""Pushes and deletes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from timewell._contracts.ingestion.v1 import ingestion_pb2
from timewell._contracts.registry.v1 import registry_pb2
from timewell._operations.context import Context
from timewell._operations.project_types import ProjectTypes, feature_types, key_types
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import GET_SNAPSHOT, PUSH
from timewell._values.instant import instant_us
from timewell._values.rows import Rows, plain_rows
from timewell._values.to_value import is_missing, to_value
from timewell.errors import NotFoundError
from timewell.push_result import PushOutcome, PushResult

Wait = Literal["durable", "online"]
"""What a push waits for: that its rows cannot be lost, or that they can be read online too."""

_ROWS_MAX = 10_000
# Servers take 4 MiB; the rest of the message is small.
_BYTES_MAX = 3_500_000
_WAITS = {"durable": ingestion_pb2.WAIT_DURABLE, "online": ingestion_pb2.WAIT_ONLINE}


@dataclass(frozen=True, kw_only=True)
class Push:
    """Rows for one view."""

    view: str
    rows: Rows
    version: int = 0
    event_time_column: str = "event_timestamp"
    wait: Wait = "durable"
    request_id: str | None = None
    is_delete: bool = False
    timeout_s: float | None = None


def push(context: Context, ask: Push) -> Operation[PushResult]:
    """Sends rows, as many at a time as a request may have."""
    wait = _WAITS[ask.wait]
    types = yield from _view_types(context, ask)
    rows = plain_rows(ask.rows, "rows")
    messages = [_row_message(ask, row, i, types) for i, row in enumerate(rows)]
    base_id = ask.request_id or uuid.uuid4().hex
    outcomes: list[PushOutcome] = []
    for number, part in enumerate(_parts(messages)):
        request = ingestion_pb2.PushRequest(
            project=context.project,
            feature_view=ask.view,
            version=ask.version,
            rows=part,
            wait=wait,
            request_id=base_id if number == 0 else f"{base_id}-{number}",
        )
        answer = yield from call(PUSH, request, ask.timeout_s or context.options.timeouts.call_s)
        outcomes += [_outcome(result, len(outcomes) + i) for i, result in enumerate(answer.results)]
    if any(not outcome.ok for outcome in outcomes):
        # The definition may have changed.
        context.types = None
    return PushResult(outcomes, base_id)


@dataclass(frozen=True)
class _ViewTypes:
    keys: Mapping[str, int]
    features: Mapping[str, int]


def _view_types(context: Context, ask: Push) -> Operation[_ViewTypes]:
    """Which columns are keys is known to the registry alone."""
    types = context.types
    if types is None or types.view(ask.view, ask.version) is None:
        request = registry_pb2.GetSnapshotRequest(project=context.project)
        answer = yield from call(GET_SNAPSHOT, request, context.options.timeouts.call_s)
        types = context.types = ProjectTypes(answer.snapshot)
    view = types.view(ask.view, ask.version)
    if view is None:
        named = ask.view if ask.version == 0 else f"{ask.view}@{ask.version}"
        raise NotFoundError(
            "FEATURE_VIEW_NOT_FOUND",
            f"Cannot find feature view {named} in project {context.project}",
            field="view",
            hint=types.did_you_mean(ask.view),
        )
    return _ViewTypes(key_types(view), feature_types(view))


def _row_message(
    ask: Push, row: Mapping[str, Any], number: int, types: _ViewTypes
) -> ingestion_pb2.PushRow:
    operation = ingestion_pb2.PushRow.OPERATION_PUT
    if ask.is_delete:
        operation = ingestion_pb2.PushRow.OPERATION_DELETE
    message = ingestion_pb2.PushRow(operation=operation)
    for name, plain in row.items():
        if name == ask.event_time_column:
            if not is_missing(plain):
                message.event_time_us = instant_us(plain, f"rows[{number}].{name}")
        elif name in types.keys:
            value = to_value(plain, f"rows[{number}].keys.{name}", types.keys[name])
            message.keys[name].CopyFrom(value)
        else:
            value_type = types.features.get(name)
            value = to_value(plain, f"rows[{number}].features.{name}", value_type)
            message.features[name].CopyFrom(value)
    return message


def _parts(
    messages: list[ingestion_pb2.PushRow],
) -> Iterator[list[ingestion_pb2.PushRow]]:
    part: list[ingestion_pb2.PushRow] = []
    size = 0
    for message in messages:
        message_size = message.ByteSize() + 8
        if part and (len(part) == _ROWS_MAX or size + message_size > _BYTES_MAX):
            yield part
            part, size = [], 0
        part.append(message)
        size += message_size
    if part:
        yield part


def _outcome(result: ingestion_pb2.PushResult, row: int) -> PushOutcome:
    if result.HasField("position"):
        return PushOutcome(row, result.position.partition, result.position.position)
    return PushOutcome(row, kind=result.error.kind or "INTERNAL", message=result.error.message)
