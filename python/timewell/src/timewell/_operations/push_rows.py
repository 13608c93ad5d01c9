"""Rows as messages of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from timewell._contracts.ingestion.v1 import ingestion_pb2
from timewell._contracts.registry.v1 import registry_pb2
from timewell._operations.context import Context
from timewell._operations.project_types import ProjectTypes, Types, input_types, key_types
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import GET_SNAPSHOT
from timewell._values.instant import instant_us
from timewell._values.to_value import is_missing, to_value
from timewell.errors import InvalidRequestError, NotFoundError
from timewell.push_result import PushOutcome

Wait = Literal["durable", "online"]
"""What a push waits for: that its rows cannot be lost, or that they can be read online too."""

_ROWS_MAX = 10_000
# Servers take 4 MiB; the rest of the message is small.
_BYTES_MAX = 3_500_000
_WAITS = {"durable": ingestion_pb2.WAIT_DURABLE, "online": ingestion_pb2.WAIT_ONLINE}


@dataclass(frozen=True, kw_only=True)
class PushTarget:
    """Where rows go, and how they are read."""

    view: str
    version: int
    also_versions: Sequence[int]
    event_time_column: str
    wait: Wait
    is_delete: bool = False

    def request(self, project: str) -> ingestion_pb2.PushRequest:
        """A request without rows. INVALID_REQUEST where `wait` is none of its words."""
        wait = _WAITS.get(self.wait)
        if wait is None:
            raise InvalidRequestError(
                "INVALID_REQUEST",
                f"Cannot use wait: got {self.wait!r}",
                field="wait",
                hint='Use "durable" or "online".',
            )
        return ingestion_pb2.PushRequest(
            project=project,
            feature_view=self.view,
            version=self.version,
            also_versions=self.also_versions,
            wait=wait,
        )


@dataclass(frozen=True)
class RowEncoder:
    """Makes messages of rows."""

    target: PushTarget
    keys: Types
    inputs: Types

    def message(self, row: Mapping[str, Any], number: int) -> ingestion_pb2.PushRow:
        """One row; `number` is its place for messages of errors."""
        operation = ingestion_pb2.PushRow.OPERATION_PUT
        if self.target.is_delete:
            operation = ingestion_pb2.PushRow.OPERATION_DELETE
        message = ingestion_pb2.PushRow(operation=operation)
        for name, plain in row.items():
            if name == self.target.event_time_column:
                if not is_missing(plain):
                    message.event_time_us = instant_us(plain, f"rows[{number}].{name}")
            elif name in self.keys:
                value = to_value(plain, f"rows[{number}].keys.{name}", self.keys[name])
                message.keys[name].CopyFrom(value)
            else:
                value = to_value(plain, f"rows[{number}].features.{name}", self.inputs.get(name))
                message.features[name].CopyFrom(value)
        return message


def row_encoder(context: Context, target: PushTarget) -> Operation[RowEncoder]:
    """Which columns are keys is known to the registry alone; NotFoundError for unknown views."""
    wanted = [target.version, *target.also_versions]
    types = context.types
    if types is None or any(types.view(target.view, version) is None for version in wanted):
        request = registry_pb2.GetSnapshotRequest(project=context.project)
        answer = yield from call(GET_SNAPSHOT, request, context.options.timeouts.call_s)
        types = context.types = ProjectTypes(answer.snapshot)
    view = types.view(target.view, target.version)
    if view is None:
        named = target.view if target.version == 0 else f"{target.view}@{target.version}"
        raise NotFoundError(
            "FEATURE_VIEW_NOT_FOUND",
            f"Cannot find feature view {named} in project {context.project}",
            field="view",
            hint=types.did_you_mean(target.view),
        )
    inputs: dict[str, int] = {}
    for version in reversed(wanted):
        # A version that is not there the server refuses.
        inputs.update(input_types(types.view(target.view, version)))
    return RowEncoder(target, key_types(view), inputs)


def request_parts(
    messages: Iterable[ingestion_pb2.PushRow], rows_max: int = _ROWS_MAX
) -> Iterator[list[ingestion_pb2.PushRow]]:
    """As many rows at a time as a request may have."""
    part: list[ingestion_pb2.PushRow] = []
    size = 0
    for message in messages:
        message_size = message.ByteSize() + 8
        if part and (len(part) == min(rows_max, _ROWS_MAX) or size + message_size > _BYTES_MAX):
            yield part
            part, size = [], 0
        part.append(message)
        size += message_size
    if part:
        yield part


def push_outcomes(response: ingestion_pb2.PushResponse, first_row: int) -> list[PushOutcome]:
    """What became of rows, the first of which has this number."""
    return [_outcome(result, first_row + i) for i, result in enumerate(response.results)]


def _outcome(result: ingestion_pb2.PushResult, row: int) -> PushOutcome:
    if result.HasField("position"):
        return PushOutcome(row, result.position.partition, result.position.position)
    return PushOutcome(row, kind=result.error.kind or "INTERNAL", message=result.error.message)
