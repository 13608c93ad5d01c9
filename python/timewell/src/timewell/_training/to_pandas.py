"""Arrow tables as pandas frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from timewell._values.require_module import require_module

if TYPE_CHECKING:
    import pandas as pd


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """A frame of NumPy columns, exact.

    Integers and booleans with NULLs become nullable columns, not doubles.
    """
    pandas = require_module("pandas", "pandas")
    nullable = {
        pa.int8(): pandas.Int8Dtype(),
        pa.int16(): pandas.Int16Dtype(),
        pa.int32(): pandas.Int32Dtype(),
        pa.int64(): pandas.Int64Dtype(),
        pa.uint8(): pandas.UInt8Dtype(),
        pa.uint16(): pandas.UInt16Dtype(),
        pa.uint32(): pandas.UInt32Dtype(),
        pa.uint64(): pandas.UInt64Dtype(),
        pa.bool_(): pandas.BooleanDtype(),
    }
    with_nulls = [
        i
        for i, column in enumerate(table.columns)
        if column.type in nullable and column.null_count > 0
    ]
    if not with_nulls:
        plain: pd.DataFrame = table.to_pandas()
        return plain
    exact = table.select(with_nulls).to_pandas(types_mapper=nullable.get)
    others = table.select([i for i in range(table.num_columns) if i not in with_nulls])
    frame: pd.DataFrame = others.to_pandas()
    for i in with_nulls:
        name = table.column_names[i]
        frame.insert(i, name, exact[name])
    return frame
