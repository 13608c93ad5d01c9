"""pandas frames as Arrow tables."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from timewell._values.require_module import require_module
from timewell._values.to_value import is_missing
from timewell.errors import InvalidRequestError


def from_pandas(frame: Any, name: str) -> pa.Table:
    """The columns of a frame; its index is left out. NaN is NULL, as in all of pandas.

    INVALID_LABELS for column names that are there twice and for columns of mixed types.
    """
    names = [str(column) for column in frame.columns]
    repeated = next((column for i, column in enumerate(names) if column in names[:i]), None)
    if repeated is not None:
        raise InvalidRequestError(
            "INVALID_LABELS",
            f"Cannot use {name}: column name {repeated!r} is there more than once",
            field=repeated,
            hint="Rename or drop one of the columns.",
        )
    # Python is asked for the types of single values only where there may be several.
    infer = require_module("pandas.api.types", "pandas").infer_dtype
    for i, column in enumerate(names):
        values = frame.iloc[:, i]
        if str(values.dtype) == "object" and infer(values, skipna=True).startswith("mixed"):
            _refuse_mixed(values, column, name)
    try:
        with warnings.catch_warnings():
            # What pyarrow asks of pandas is not the caller's concern.
            warnings.simplefilter("ignore", DeprecationWarning)
            table = pa.Table.from_pandas(frame, preserve_index=False)
        return table.replace_schema_metadata()
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as cause:
        text = cause.args[0] if cause.args else ""
        column = next((column for column in names if f"column {column} " in f"{cause.args}"), "")
        raise InvalidRequestError(
            "INVALID_LABELS",
            f"Cannot use {name}: {text}",
            field=column,
            hint="Convert the column with astype(), or leave it out.",
        ) from cause


def _refuse_mixed(values: Iterable[object], column: str, name: str) -> None:
    first: type | None = None
    first_row = 0
    for row, value in enumerate(values):
        if is_missing(value) or (isinstance(value, float) and math.isnan(value)):
            continue
        kind = _kind(value)
        if first is None:
            first, first_row = kind, row
        elif kind is not first:
            raise InvalidRequestError(
                "INVALID_LABELS",
                f"Cannot use {name}: column {column!r} has values of mixed types, {first.__name__}"
                f" in row {first_row} and {kind.__name__} in row {row}",
                field=column,
                hint=f"Convert it to one type, for example with frame[{column!r}].astype(str).",
            )


def _kind(value: object) -> type:
    """The Python type that a value counts as; scalars of NumPy count as those of Python."""
    if hasattr(value, "dtype") and hasattr(value, "item") and not getattr(value, "shape", ()):
        return type(value.item())
    for kind in (bool, int, float, str, bytes):
        if isinstance(value, kind):
            return kind
    return type(value)
