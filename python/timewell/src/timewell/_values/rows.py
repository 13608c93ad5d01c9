"""Rows and tables of any kind, as plain Python rows or as Arrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from timewell._values.from_pandas import from_pandas
from timewell.errors import InvalidRequestError

Row = Mapping[str, Any]
"""Values by name."""
Rows = Any
"""A list of dicts, a dict of lists, or a pandas, Polars or pyarrow table."""


def plain_rows(rows: Rows, name: str) -> list[dict[str, Any]]:
    """Rows of Python values. In a pandas frame NaN is NULL; in lists and dicts it is a NaN."""
    if is_table(rows):
        return [dict(row) for row in arrow_table(rows, name).to_pylist()]
    if isinstance(rows, Mapping):
        return _from_columns(rows, name)
    if isinstance(rows, Iterable) and not isinstance(rows, (str, bytes)):
        found = list(rows)
        bad = next((i for i, row in enumerate(found) if not isinstance(row, Mapping)), None)
        if bad is None:
            return [dict(row) for row in found]
        raise _no_rows(f"{name}[{bad}]", found[bad], "a dict of values by name")
    raise _no_rows(name, rows, "rows")


def is_table(value: object) -> bool:
    """True for pandas frames and for what Arrow can take over.

    Polars, pyarrow, DuckDB and others.
    """
    is_frame = is_pandas(value) or is_polars(value)
    return is_frame or hasattr(value, "__arrow_c_stream__") or _is_batch(value)


def is_pandas(value: object) -> bool:
    """True for a pandas frame, without importing pandas."""
    kind = type(value)
    return kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] == "pandas"


def is_polars(value: object) -> bool:
    """True for a Polars frame, without importing Polars."""
    kind = type(value)
    return kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] == "polars"


def arrow_table(value: Any, name: str) -> pa.Table:
    """A table of anything that `is_table`; names that are there twice are refused."""
    if is_pandas(value):
        table = from_pandas(value, name)
    elif is_polars(value):
        table = value.to_arrow()
    elif _is_batch(value):
        table = pa.Table.from_batches([value])
    else:
        table = value if isinstance(value, pa.Table) else pa.table(value)
    refuse_repeated(table.schema.names, name)
    return table


def refuse_repeated(names: Iterable[str], where: str) -> None:
    """INVALID_LABELS where a column name is there twice."""
    repeated = [column for column, count in Counter(names).items() if count > 1]
    if repeated:
        raise InvalidRequestError(
            "INVALID_LABELS",
            f"Cannot use {where}: column name {repeated[0]!r} is there more than once",
            field=repeated[0],
            hint="Rename or drop one of the columns.",
        )


def _is_batch(value: object) -> bool:
    return isinstance(value, pa.RecordBatch)


def _from_columns(columns: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    lists: dict[str, Sequence[Any]] = {}
    for column, values in columns.items():
        if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
            raise _no_rows(f"{name}.{column}", values, "a list of values")
        lists[column] = list(values)
    lengths = {column: len(values) for column, values in lists.items()}
    if len(set(lengths.values())) > 1:
        raise InvalidRequestError(
            "INVALID_REQUEST",
            f"Cannot use {name}: the lists have different lengths, {lengths}",
            field=name,
            hint="Give each name one value for each row.",
        )
    return [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]


def _no_rows(name: str, value: object, expected: str) -> InvalidRequestError:
    return InvalidRequestError(
        "INVALID_REQUEST",
        f"Cannot use {name}: got {type(value).__name__}, expected {expected}",
        field=name,
        hint="Send a list of dicts, a dict of lists, or a pandas, Polars or pyarrow table.",
    )
