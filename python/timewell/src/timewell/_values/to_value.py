"""Python values as values of the contract."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from timewell._contracts.types.v1 import value_pb2
from timewell._contracts.types.v1.value_pb2 import Value
from timewell._values.instant import instant_us
from timewell.errors import InvalidRequestError

_INTEGERS = (value_pb2.VALUE_TYPE_INT32, value_pb2.VALUE_TYPE_INT64)
_FLOATS = (value_pb2.VALUE_TYPE_FLOAT, value_pb2.VALUE_TYPE_DOUBLE)
_DOUBLE_EXACT_MAX = 2**53

# Scalar type to the field of Value, and list type to its field and the type of the elements.
_FIELDS: dict[int, str] = {
    value_pb2.VALUE_TYPE_BOOL: "bool_value",
    value_pb2.VALUE_TYPE_INT32: "int64_value",
    value_pb2.VALUE_TYPE_INT64: "int64_value",
    value_pb2.VALUE_TYPE_FLOAT: "float_value",
    value_pb2.VALUE_TYPE_DOUBLE: "double_value",
    value_pb2.VALUE_TYPE_STRING: "string_value",
    value_pb2.VALUE_TYPE_BYTES: "bytes_value",
    value_pb2.VALUE_TYPE_TIMESTAMP: "timestamp_us_value",
}
_LIST_FIELDS: dict[int, tuple[str, int]] = {
    value_pb2.VALUE_TYPE_BOOL_LIST: ("bool_list_value", value_pb2.VALUE_TYPE_BOOL),
    value_pb2.VALUE_TYPE_INT32_LIST: ("int64_list_value", value_pb2.VALUE_TYPE_INT32),
    value_pb2.VALUE_TYPE_INT64_LIST: ("int64_list_value", value_pb2.VALUE_TYPE_INT64),
    value_pb2.VALUE_TYPE_FLOAT_LIST: ("float_list_value", value_pb2.VALUE_TYPE_FLOAT),
    value_pb2.VALUE_TYPE_DOUBLE_LIST: ("double_list_value", value_pb2.VALUE_TYPE_DOUBLE),
    value_pb2.VALUE_TYPE_STRING_LIST: ("string_list_value", value_pb2.VALUE_TYPE_STRING),
    value_pb2.VALUE_TYPE_BYTES_LIST: ("bytes_list_value", value_pb2.VALUE_TYPE_BYTES),
    value_pb2.VALUE_TYPE_TIMESTAMP_LIST: (
        "timestamp_us_list_value",
        value_pb2.VALUE_TYPE_TIMESTAMP,
    ),
    value_pb2.VALUE_TYPE_FLOAT_VECTOR: ("float_list_value", value_pb2.VALUE_TYPE_FLOAT),
}
_LISTS_OF = {
    element: list_type
    for list_type, (_, element) in _LIST_FIELDS.items()
    if list_type != value_pb2.VALUE_TYPE_FLOAT_VECTOR
}


def to_value(plain: Any, name: str, value_type: int | None = None) -> Value:
    """The value to send.

    `value_type` decides what a number or an empty list is; without it the value itself does.
    None, NaT and pandas' NA are NULL. INVALID_VALUE where there is nothing to send it as.
    """
    if isinstance(plain, Value):
        return plain
    value = Value()
    if is_missing(plain):
        return value
    try:
        if _is_list(plain):
            _set_list(value, list(plain), name, value_type)
        else:
            scalar, own_type = _scalar(plain, name, value_type)
            setattr(value, _FIELDS[own_type], scalar)
    except (ValueError, TypeError, OverflowError) as cause:
        if isinstance(cause, InvalidRequestError):
            raise
        raise _wrong(name, plain) from cause
    return value


def is_missing(plain: Any) -> bool:
    """True for None, NaT and NA, but not for a NaN."""
    return plain is None or type(plain).__name__ in ("NaTType", "NAType")


def _is_list(plain: Any) -> bool:
    if isinstance(plain, (str, bytes, bytearray, memoryview)):
        return False
    return isinstance(plain, Sequence) or getattr(plain, "ndim", 0) == 1


def _scalar(plain: Any, name: str, value_type: int | None) -> tuple[object, int]:
    """The Python value and its type."""
    if isinstance(plain, datetime) or getattr(getattr(plain, "dtype", None), "kind", "") == "M":
        us = instant_us(plain, name, kind="INVALID_VALUE")
        return us, value_pb2.VALUE_TYPE_TIMESTAMP
    if hasattr(plain, "dtype") and hasattr(plain, "item"):
        plain = plain.item()
    if isinstance(plain, bool):
        return plain, value_pb2.VALUE_TYPE_BOOL
    if isinstance(plain, str):
        return plain, value_pb2.VALUE_TYPE_STRING
    if isinstance(plain, (bytes, bytearray, memoryview)):
        return bytes(plain), value_pb2.VALUE_TYPE_BYTES
    if isinstance(plain, int):
        if value_type in _FLOATS:
            return float(plain), value_type
        if value_type == value_pb2.VALUE_TYPE_TIMESTAMP:
            return plain, value_type
        return plain, value_pb2.VALUE_TYPE_INT64
    if isinstance(plain, float):
        # pandas makes doubles of integers among which some are missing.
        is_whole = math.isfinite(plain) and plain.is_integer() and abs(plain) <= _DOUBLE_EXACT_MAX
        if value_type in _INTEGERS and is_whole:
            return int(plain), value_pb2.VALUE_TYPE_INT64
        is_float = value_type == value_pb2.VALUE_TYPE_FLOAT
        return plain, value_pb2.VALUE_TYPE_FLOAT if is_float else value_pb2.VALUE_TYPE_DOUBLE
    raise _wrong(name, plain)


def _set_list(value: Value, plain: list[Any], name: str, value_type: int | None) -> None:
    element_type = None if value_type is None else _LIST_FIELDS.get(value_type, ("", None))[1]
    scalars = [_scalar(item, f"{name}[{i}]", element_type) for i, item in enumerate(plain)]
    own_types = {own_type for _, own_type in scalars}
    if own_types == {value_pb2.VALUE_TYPE_INT64, value_pb2.VALUE_TYPE_DOUBLE}:
        own_types = {value_pb2.VALUE_TYPE_DOUBLE}
    if len(own_types) > 1:
        raise _wrong(name, plain)
    if element_type is None and not own_types:
        raise InvalidRequestError(
            "INVALID_VALUE",
            f"Cannot send {name}: got an empty list whose type is not known",
            field=name,
            hint="Give the client the address of the registry, so that it knows the types.",
        )
    own_type = own_types.pop() if own_types else element_type
    assert own_type is not None  # noqa: S101
    field = _LIST_FIELDS[_LISTS_OF.get(own_type, value_pb2.VALUE_TYPE_INT64_LIST)][0]
    elements = getattr(value, field)
    elements.SetInParent()
    elements.v.extend(scalar for scalar, _ in scalars)


def _wrong(name: str, plain: object) -> InvalidRequestError:
    shown = repr(plain)
    return InvalidRequestError(
        "INVALID_VALUE",
        f"Cannot send {name}: got {shown if len(shown) < 100 else shown[:97] + '...'}"
        f" ({type(plain).__name__}), expected a value of one type",
        field=name,
        hint="Send a bool, int, float, str, bytes, datetime, or a list of one of them, or None.",
    )
