"""The frame that a model gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from timewell._training.to_pandas import to_pandas
from timewell._values.require_module import require_module
from timewell.errors import InvalidRequestError

if TYPE_CHECKING:
    import pandas as pd

_AS_DOUBLE = ("INT32", "INT64")


def model_inputs(table: pa.Table, inputs: Sequence[str], types: Mapping[str, str]) -> pd.DataFrame:
    """The columns of a model in its order, as its signature has them.

    Integers are doubles, with NaN for NULL; booleans with NULLs are objects; times have no zone.
    """
    pandas = require_module("pandas", "pandas")
    missing = [name for name in inputs if name not in table.column_names]
    if missing:
        raise InvalidRequestError(
            "INVALID_LABELS",
            f"Cannot score: the model reads column {missing[0]!r}, which is no feature and not "
            "among the keys",
            field=missing[0],
            hint=f"Add the column to the keys. The model reads {', '.join(inputs)}.",
        )
    columns = {name: _column(pandas, table, name, types.get(name, "")) for name in inputs}
    frame: pd.DataFrame = pandas.DataFrame(columns)
    return frame


def _column(pandas: Any, table: pa.Table, name: str, feature_type: str) -> Any:
    values = table.column(name)
    if feature_type in _AS_DOUBLE:
        return values.cast(pa.float64()).to_pandas()
    if feature_type == "BOOL" and values.null_count > 0:
        return pandas.Series(values.to_pylist(), dtype=object)
    if feature_type == "TIMESTAMP":
        return values.cast(pa.timestamp("us")).to_pandas()
    return to_pandas(table.select([name]))[name]
