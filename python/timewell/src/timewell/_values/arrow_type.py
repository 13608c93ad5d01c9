"""The Arrow type of each feature type."""

from __future__ import annotations

import pyarrow as pa

from timewell._contracts.types.v1 import value_pb2

_TIMESTAMP = pa.timestamp("us", "UTC")
_SCALARS: dict[int, pa.DataType] = {
    value_pb2.VALUE_TYPE_BOOL: pa.bool_(),
    value_pb2.VALUE_TYPE_INT32: pa.int32(),
    value_pb2.VALUE_TYPE_INT64: pa.int64(),
    value_pb2.VALUE_TYPE_FLOAT: pa.float32(),
    value_pb2.VALUE_TYPE_DOUBLE: pa.float64(),
    value_pb2.VALUE_TYPE_STRING: pa.string(),
    value_pb2.VALUE_TYPE_BYTES: pa.binary(),
    value_pb2.VALUE_TYPE_TIMESTAMP: _TIMESTAMP,
}
# List types are numbered as their elements, 16 further on.
_LIST_OFFSET = 16


def arrow_type(value_type: int, dimension: int = 0) -> pa.DataType:
    """As docs/types.md has it; a vector needs its dimension."""
    if value_type == value_pb2.VALUE_TYPE_FLOAT_VECTOR:
        return pa.list_(pa.float32(), dimension)
    scalar = _SCALARS.get(value_type)
    return scalar if scalar is not None else pa.list_(_SCALARS[value_type - _LIST_OFFSET])
