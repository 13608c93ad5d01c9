"""Asks for training sets: checks what callers want before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from os import PathLike, fspath
from typing import Any, Literal

import pyarrow as pa

from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._labels.local_labels import LocalLabels
from timewell._labels.read_labels import read_labels
from timewell._operations.context import Context
from timewell._operations.load_types import load_types
from timewell._operations.request_keys import request_keys
from timewell._operations.selection import Selection
from timewell._rpc.call import Operation
from timewell._values.arrow_type import arrow_type
from timewell._values.instant import Instant, instant_us, whole_ms
from timewell.errors import InvalidRequestError
from timewell.labels import ServerPath, StoredLabels
from timewell.receipt import Mode

Order = Literal["labels", "event_time"]
"""Order of the rows: that of the labels, or by event time."""

_MODES: Mapping[object, retrieval_pb2.Mode] = {
    None: retrieval_pb2.MODE_UNSPECIFIED,
    "EVENT_TIME": retrieval_pb2.MODE_EVENT_TIME,
    "AVAILABLE": retrieval_pb2.MODE_AVAILABLE,
}
_ORDERS: Mapping[object, retrieval_pb2.Order] = {
    "labels": retrieval_pb2.ORDER_LABELS,
    "event_time": retrieval_pb2.ORDER_EVENT_TIME,
}


@dataclass(frozen=True, kw_only=True)
class HistoricalRead:
    """What to join, and how."""

    labels: Any
    selection: Selection
    lookups: Sequence[retrieval_pb2.FeatureLookup] = ()
    """Instead of the selection, where there are any."""
    mode: Mode | None = None
    event_time_column: str = "event_timestamp"
    columns: Sequence[str] | None = None
    max_age: timedelta | None = None
    order: Order = "labels"
    statuses: bool = False
    snapshot: str | None = None
    keep_labels: bool = True
    as_of: Instant | None = None


@dataclass(frozen=True)
class TrainingSetParts:
    """What a client makes a training set of."""

    request: retrieval_pb2.GetTrainingSetRequest
    labels: LocalLabels | None
    """None where the server has the labels."""


def get_historical_features(context: Context, read: HistoricalRead) -> Operation[TrainingSetParts]:
    """Checks labels and options. Only the types of keys are asked for, and only for CSV files."""
    request = _request(context, read)
    text_columns: dict[str, pa.DataType] = {}
    if isinstance(read.labels, str | PathLike) and fspath(read.labels).lower().endswith(".csv"):
        types = yield from load_types(context, lambda _: True)
        keys = request_keys(read.selection, types)
        text_columns = {name: arrow_type(key_type) for name, key_type in keys.items()}
    labels = read_labels(read.labels, _time_columns(read), text_columns)
    if isinstance(labels, LocalLabels):
        return TrainingSetParts(request, labels)
    if isinstance(labels, ServerPath):
        request.labels_path = labels.path
    elif isinstance(labels, StoredLabels):
        request.labels_digest = labels.digest
    return TrainingSetParts(request, None)


def _request(context: Context, read: HistoricalRead) -> retrieval_pb2.GetTrainingSetRequest:
    request = retrieval_pb2.GetTrainingSetRequest(
        project=context.project,
        event_time_column="" if read.as_of is not None else read.event_time_column,
        mode=_choice("mode", read.mode, _MODES),
        include_statuses=read.statuses,
        max_age_ms=None if read.max_age is None else whole_ms(read.max_age, "max_age"),
        columns=_names("columns", read.columns or ()),
        order=_choice("order", read.order, _ORDERS),
        snapshot_id=read.snapshot or "",
        drop_labels=not read.keep_labels,
        as_of_us=None if read.as_of is None else instant_us(read.as_of, "as_of"),
    )
    if read.lookups:
        request.lookups.lookups.extend(read.lookups)
    elif read.selection.service is not None:
        request.feature_service = read.selection.service
    else:
        request.features.references.extend(read.selection.references)
    return request


def _time_columns(read: HistoricalRead) -> list[str]:
    if read.as_of is not None:
        return []
    of_lookups = [it.event_time_column for it in read.lookups]
    own = [] if of_lookups and all(of_lookups) else [read.event_time_column]
    return list(dict.fromkeys([*own, *filter(None, of_lookups)]))


def _choice(name: str, given: object, choices: Mapping[object, Any]) -> Any:
    if given in choices:
        return choices[given]
    expected = ", ".join(repr(choice) for choice in choices)
    raise InvalidRequestError(
        "INVALID_REQUEST",
        f"Cannot use {name}: got {given!r}, expected one of {expected}",
        field=name,
    )


def _names(name: str, given: object) -> list[str]:
    if isinstance(given, Sequence) and not isinstance(given, str):
        names = list(given)
        if all(isinstance(item, str) for item in names):
            return names
    raise InvalidRequestError(
        "INVALID_REQUEST",
        f"Cannot use {name}: got {given!r}, expected a list of names",
        field=name,
    )
