"""Labels of whatever kind a caller has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any

import pyarrow as pa

from timewell._labels.label_columns import label_columns
from timewell._labels.label_file import label_file
from timewell._labels.local_labels import LocalLabels
from timewell._labels.spool import spool
from timewell._values.rows import arrow_table, is_pandas, is_polars, is_table
from timewell.errors import InvalidRequestError
from timewell.labels import ServerPath, StoredLabels

RemoteLabels = ServerPath | StoredLabels
"""Labels that the server has."""


def read_labels(
    labels: Any, time_columns: Sequence[str], text_columns: Mapping[str, pa.DataType]
) -> LocalLabels | RemoteLabels:
    """Makes labels of a frame, a table, batches, rows or a path, and checks their columns.

    `time_columns` have instants; `text_columns` are the types of columns of CSV files.
    """
    if isinstance(labels, ServerPath | StoredLabels):
        return labels
    if isinstance(labels, str | PathLike):
        schema, read = label_file(Path(labels), text_columns)
        return LocalLabels(label_columns(schema, time_columns), read)
    if isinstance(labels, pa.RecordBatchReader):
        return _spooled(labels.schema, labels, time_columns)
    if is_table(labels):
        return _of_table(labels, time_columns)
    if isinstance(labels, Mapping):
        return _of_table(_table_of(lambda: pa.table(dict(labels))), time_columns)
    if isinstance(labels, Iterable) and not isinstance(labels, bytes):
        return _of_items(labels, time_columns)
    raise _unknown(labels)


def _of_table(given: Any, time_columns: Sequence[str]) -> LocalLabels:
    table = arrow_table(given, "the labels").replace_schema_metadata()
    pandas_types = dict(given.dtypes) if is_pandas(given) else {}
    polars_types = dict(given.schema) if is_polars(given) else {}
    read = table.to_batches
    checked = label_columns(table.schema, time_columns)
    made = LocalLabels(checked, lambda: iter(read()), pandas_types, polars_types)
    _refuse_missing_times(table, made)
    return made


def _refuse_missing_times(table: pa.Table, labels: LocalLabels) -> None:
    """What can be seen now is not left to the time when the rows are sent."""
    if any(table[name].null_count > 0 for name in labels.columns.time_columns):
        for _ in labels.batches():
            pass


def _of_items(items: Iterable[Any], time_columns: Sequence[str]) -> LocalLabels:
    """Rows as dicts, or tables and batches."""
    iterator = iter(items)
    first = next(iterator, None)
    if first is None:
        raise InvalidRequestError(
            "INVALID_LABELS",
            "Cannot use the labels: got no batches, so that their columns are not known",
            field="labels",
            hint="Send an empty table with columns, or at least one batch.",
        )
    if isinstance(first, Mapping):
        rows = [dict(row) for row in chain([first], iterator)]
        return _of_table(_table_of(lambda: pa.Table.from_pylist(rows)), time_columns)
    if not is_table(first):
        raise _unknown(first)
    head = arrow_table(first, "the labels").replace_schema_metadata()
    rest = (arrow_table(item, "the labels") for item in iterator)
    tables = chain([head], rest)
    return _spooled(head.schema, (b for table in tables for b in table.to_batches()), time_columns)


def _spooled(
    schema: pa.Schema, batches: Iterable[pa.RecordBatch], time_columns: Sequence[str]
) -> LocalLabels:
    checked = label_columns(schema.remove_metadata(), time_columns)
    given = LocalLabels(checked, lambda: _without_metadata(batches))
    return LocalLabels(checked, spool(checked.schema, given.batches()))


def _without_metadata(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch.replace_schema_metadata()


def _table_of(make: Any) -> pa.Table:
    try:
        return make()
    except (pa.ArrowException, TypeError) as cause:
        raise InvalidRequestError(
            "INVALID_LABELS",
            f"Cannot use the labels: {cause}",
            field="labels",
            hint="Give each column values of one type, and all columns as many.",
        ) from cause


def _unknown(labels: object) -> InvalidRequestError:
    return InvalidRequestError(
        "INVALID_LABELS",
        f"Cannot use the labels: got {type(labels).__name__}, expected a table",
        field="labels",
        hint="Send a pandas, Polars or pyarrow table, batches, a list of dicts, or a path.",
    )
