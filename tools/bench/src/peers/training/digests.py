"""Digests of tables, so that the results of processes can be compared cell for cell."""

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def asked_for(table: pa.Table, question: dict[str, Any]) -> pa.Table:
    """The rows that count: labels whose id is a multiple of a number, keys that are not left out, rows with features."""
    if "labelEvery" in question:
        ids = table.column("label_id").to_numpy()
        table = table.filter(pa.array(ids % question["labelEvery"] == 0))
    if "leaveOutKeys" in question:
        keys = np.array(question["leaveOutKeys"], dtype=np.int64)
        table = table.filter(pa.array(~np.isin(table.column("entity_id").to_numpy(), keys)))
    if question.get("presentOnly"):
        table = table.filter(pc.is_valid(table.column(table.num_columns - 1)))
    return table


def column_digests(table: pa.Table) -> list[str]:
    """By column, in order: SHA-256 over which cells are there, and over their values."""
    return [digest(column) for column in table.columns]


def digest(column: pa.ChunkedArray) -> str:
    """Times count as microseconds, truth values as numbers, and what is NULL as a zero that is not there."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
    elif pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    zero = pa.scalar(0, column.type)
    found = hashlib.sha256(str(column.type).encode())
    found.update(pc.is_valid(column).to_numpy().tobytes())
    found.update(pc.fill_null(column, zero).to_numpy().tobytes())
    return found.hexdigest()
