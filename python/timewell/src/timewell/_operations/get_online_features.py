"""Online reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pyarrow as pa

from timewell._contracts.serving.v1 import serving_pb2
from timewell._contracts.types.v1 import log_position_pb2, status_pb2, value_pb2
from timewell._operations.context import Context
from timewell._operations.load_types import load_types
from timewell._operations.project_types import ProjectTypes, Types, feature_types
from timewell._operations.request_keys import request_keys
from timewell._operations.selection import Selection
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import GET_ONLINE_FEATURES
from timewell._values.arrow_type import arrow_type
from timewell._values.from_value import from_value
from timewell._values.instant import Instant, instant_of, instant_us, whole_ms
from timewell._values.rows import Rows, plain_rows
from timewell._values.to_value import to_value
from timewell.errors import InvalidRequestError, NotFoundError
from timewell.online_features import OnlineFeatures
from timewell.push_result import PushResult
from timewell.status import Status

_STATUSES = {
    status_pb2.STATUS_PRESENT: Status.PRESENT,
    status_pb2.STATUS_NOT_FOUND: Status.NOT_FOUND,
    status_pb2.STATUS_EXPIRED: Status.EXPIRED,
    status_pb2.STATUS_NEWER: Status.NEWER,
}


@dataclass(frozen=True)
class OnlineRead:
    """What to read, and how."""

    selection: Selection
    rows: Rows
    request_data: Rows | None
    as_of: Instant | None
    max_age: timedelta | None
    include_times: bool
    allow_partial: bool
    after: PushResult | Iterable[PushResult] | None
    timeout_s: float | None


def get_online_features(context: Context, read: OnlineRead) -> Operation[OnlineFeatures]:
    """Reads features by name."""
    rows = plain_rows(read.rows, "rows")
    request_data = (
        [] if read.request_data is None else plain_rows(read.request_data, "request_data")
    )
    service = read.selection.service
    types = yield from load_types(
        context, lambda known: service is None or known.service(service) is not None
    )
    timeout_s = read.timeout_s or context.options.timeouts.online_s
    request = _request(context, read, rows, types)
    _add_request_data(request, request_data, _request_types(read.selection, types))
    try:
        answer = yield from call(GET_ONLINE_FEATURES, request, timeout_s)
    except (InvalidRequestError, NotFoundError):
        context.types = None
        raise
    return _result(answer, rows, service, types)


def _request(
    context: Context, read: OnlineRead, rows: list[dict[str, Any]], types: ProjectTypes | None
) -> serving_pb2.GetOnlineFeaturesRequest:
    selected = read.selection
    request_types = _request_types(selected, types)
    options = serving_pb2.ReadOptions(
        as_of_us=None if read.as_of is None else instant_us(read.as_of, "as_of"),
        max_age_ms=None if read.max_age is None else whole_ms(read.max_age, "max_age"),
        include_times=read.include_times,
        allow_partial=read.allow_partial,
        after=_last_positions(read.after),
    )
    request = serving_pb2.GetOnlineFeaturesRequest(
        project=context.project,
        feature_service=selected.service,
        features=selected.features,
        options=options,
    )
    keys = request_keys(selected, types)
    for i, row in enumerate(rows):
        message = request.rows.add()
        for name, plain in row.items():
            if name in request_types:
                value = to_value(plain, f"rows[{i}].request_data.{name}", request_types[name])
                message.request_data[name].CopyFrom(value)
            else:
                value = to_value(plain, f"rows[{i}].keys.{name}", keys.get(name))
                message.keys[name].CopyFrom(value)
    return request


def _last_positions(
    after: PushResult | Iterable[PushResult] | None,
) -> list[log_position_pb2.LogPosition]:
    """The last position of each partition: whoever sees those has seen all of them."""
    last: dict[int, int] = {}
    for result in [after] if isinstance(after, PushResult) else after or ():
        for outcome in result.outcomes:
            if outcome.partition is not None and outcome.position is not None:
                last[outcome.partition] = max(last.get(outcome.partition, 0), outcome.position)
    return [
        log_position_pb2.LogPosition(partition=partition, position=position)
        for partition, position in last.items()
    ]


def _add_request_data(
    request: serving_pb2.GetOnlineFeaturesRequest, rows: list[dict[str, Any]], types: Types
) -> None:
    if len(rows) not in (0, len(request.rows)):
        raise InvalidRequestError(
            "INVALID_REQUEST",
            f"Cannot use request_data: got {len(rows)} rows, expected {len(request.rows)}",
            field="request_data",
            hint="Give each of the rows one row of request data, or put it into the rows.",
        )
    for i, row in enumerate(rows):
        for name, plain in row.items():
            value = to_value(plain, f"rows[{i}].request_data.{name}", types.get(name))
            request.rows[i].request_data[name].CopyFrom(value)


def _request_types(selected: Selection, types: ProjectTypes | None) -> Types:
    service = types.service(selected.service) if types and selected.service else None
    return service.request_data if service is not None else {}


def _result(
    answer: serving_pb2.GetOnlineFeaturesResponse,
    rows: list[dict[str, Any]],
    service: str | None,
    types: ProjectTypes | None,
) -> OnlineFeatures:
    names = list(answer.names)
    views = [view.name for view in answer.views]
    values = [[from_value(value) for value in row.values] for row in answer.rows]
    return OnlineFeatures(
        names=names,
        rows=[dict(zip(names, row, strict=True)) for row in values],
        statuses={
            view: [_STATUSES.get(row.statuses[i], Status.UNAVAILABLE) for row in answer.rows]
            for i, view in enumerate(views)
        },
        event_times=_times(views, [row.event_times_us for row in answer.rows]),
        available_times=_times(views, [row.available_times_us for row in answer.rows]),
        served_at=instant_of(answer.served_at_us),
        registry_version=answer.registry_version,
        service_revision=answer.service_revision,
        keys=rows,
        schema=_schema(answer, service, types),
    )


def _times(views: list[str], rows: list[Sequence[int]]) -> dict[str, list[Any]]:
    if not rows or not rows[0]:
        return {}
    return {
        view: [None if row[i] == 0 else instant_of(row[i]) for row in rows]
        for i, view in enumerate(views)
    }


def _schema(
    answer: serving_pb2.GetOnlineFeaturesResponse, service: str | None, types: ProjectTypes | None
) -> pa.Schema:
    """Declared types where the registry told them, else those of the values."""
    declared: dict[str, pa.DataType] = {}
    if types is not None:
        found = types.service(service) if service is not None else None
        declared.update(found.arrow if found is not None else {})
        for column in answer.views:
            view = types.view(column.view, column.version)
            of_view = feature_types(view)
            dimensions = {
                feature.name: feature.dimension
                for feature in (view.definition.features if view is not None else ())
            }
            for i in column.columns:
                feature = answer.names[i].partition("__")[2]
                if feature in of_view:
                    declared[answer.names[i]] = arrow_type(of_view[feature], dimensions[feature])
    fields = [
        pa.field(name, declared[name] if name in declared else _type_of_values(answer, i))
        for i, name in enumerate(answer.names)
    ]
    return pa.schema(fields)


def _type_of_values(answer: serving_pb2.GetOnlineFeaturesResponse, column: int) -> pa.DataType:
    for row in answer.rows:
        kind = row.values[column].WhichOneof("kind")
        if kind is not None:
            name = f"VALUE_TYPE_{kind.removesuffix('_value').replace('timestamp_us', 'timestamp')}"
            return arrow_type(value_pb2.ValueType.Value(name.upper()))
    return pa.null()
