"""Training sets by FeatureLookup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from timewell._contracts.registry.v1 import registry_pb2
from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._labels.label_columns import label_columns
from timewell._labels.local_labels import LocalLabels
from timewell._labels.read_labels import read_labels
from timewell._labels.with_instant import AS_OF, with_instant
from timewell._operations.compile_lookups import check_lookups, compile_lookups
from timewell._operations.context import Context
from timewell._operations.project_types import ProjectTypes, key_types
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import GET_SNAPSHOT
from timewell._values.arrow_type import arrow_type
from timewell._values.instant import Instant, instant_us
from timewell.errors import InvalidRequestError
from timewell.feature_lookup import FeatureLookup


@dataclass(frozen=True)
class LookupRead:
    """What to look up, and for which rows."""

    df: Any
    feature_lookups: Sequence[FeatureLookup]
    label: str | Sequence[str] | None
    exclude_columns: Sequence[str]
    as_of: Instant
    """The instant of lookups that have no times."""


@dataclass(frozen=True)
class LookupParts:
    """What a client makes a training set of."""

    request: retrieval_pb2.GetTrainingSetRequest
    labels: LocalLabels
    names: Mapping[str, str]
    """Column of the server to column of the caller."""
    label: tuple[str, ...]
    feature_names: tuple[str, ...]


def create_training_set(context: Context, read: LookupRead) -> Operation[LookupParts]:
    """Checks lookups, label and columns against the definitions of the project."""
    check_lookups(read.feature_lookups)
    answer = yield from call(
        GET_SNAPSHOT,
        registry_pb2.GetSnapshotRequest(project=context.project),
        context.options.timeouts.call_s,
    )
    types = ProjectTypes(answer.snapshot)
    labels = _local(read, types)
    columns = labels.columns.schema.names
    label = _label(read.label, columns)
    compiled = compile_lookups(read.feature_lookups, columns, read.exclude_columns, types)
    request = retrieval_pb2.GetTrainingSetRequest(
        project=context.project, lookups=compiled.lookups, columns=list(compiled.names)
    )
    times = [it.event_time_column for it in compiled.lookups.lookups if it.event_time_column]
    checked = label_columns(labels.columns.schema, list(dict.fromkeys(times)))
    sent = replace(labels, columns=checked)
    if not compiled.looks_up_latest:
        request.event_time_column = times[0]
    elif times:
        # The server looks as of one instant, or at the times of columns.
        request.event_time_column = AS_OF
        sent = with_instant(sent, AS_OF, instant_us(read.as_of, "as_of"))
    else:
        request.as_of_us = instant_us(read.as_of, "as_of")
    return LookupParts(request, sent, compiled.names, label, compiled.feature_names)


def _local(read: LookupRead, types: ProjectTypes) -> LocalLabels:
    text_columns: dict[str, pa.DataType] = {}
    for lookup in read.feature_lookups:
        keys = key_types(types.view(lookup.table_name.partition("@")[0]))
        named = lookup.lookup_keys or tuple(keys)
        text_columns |= {
            name: arrow_type(kind) for name, kind in zip(named, keys.values(), strict=False)
        }
    labels = read_labels(read.df, (), text_columns)
    if isinstance(labels, LocalLabels):
        return labels
    raise _invalid(
        "df", f"df is a {type(labels).__name__}, expected rows that are here", "Send a frame."
    )


def _label(label: object, columns: Sequence[str]) -> tuple[str, ...]:
    if label is None:
        return ()
    names = (label,) if isinstance(label, str) else label
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise _invalid("label", f"label is {label!r}, expected a column of df", "Name it.")
    for name in names:
        if name not in columns:
            shown = ", ".join(columns[:10]) + (", …" if len(columns) > 10 else "")
            raise _invalid(
                "label",
                f"df has no column {name!r}, which label names",
                f"Its columns are {shown}.",
            )
    return tuple(names)


def _invalid(field: str, problem: str, hint: str) -> InvalidRequestError:
    return InvalidRequestError(
        "INVALID_REQUEST", f"Cannot create the training set: {problem}", field=field, hint=hint
    )
