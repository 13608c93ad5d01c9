"""Values of constraints, in the type of their field."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from timewell._contracts.types.v1 import value_pb2
from timewell.definitions._checks import invalid_definition

RuleValue = bool | int | float | str | bytes | datetime
"""A value of a rule, in the type of its field."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def rule_value(value: object, type_name: str, path: str) -> value_pb2.Value:
    """The value; INVALID_DEFINITION where it does not fit, and for lists and vectors."""
    expected, made = _convert(value, type_name.removeprefix("VALUE_TYPE_"))
    if made is None:
        raise invalid_definition(path, value, expected)
    return made


def _convert(value: object, name: str) -> tuple[str, value_pb2.Value | None]:
    made: value_pb2.Value | None = None
    if name == "BOOL":
        expected = "True or False"
        made = value_pb2.Value(bool_value=value) if isinstance(value, bool) else None
    elif name in ("INT32", "INT64"):
        bits = int(name.removeprefix("INT"))
        expected = f"a whole number of {bits} bits"
        whole = _whole(value, bits)
        if whole is not None:
            is_wide = bits == 64
            made = (
                value_pb2.Value(int64_value=whole)
                if is_wide
                else value_pb2.Value(int32_value=whole)
            )
    elif name in ("FLOAT", "DOUBLE"):
        expected = "a number"
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = float(value)
            made = (
                value_pb2.Value(float_value=number)
                if name == "FLOAT"
                else value_pb2.Value(double_value=number)
            )
    elif name == "STRING":
        expected = "text"
        made = value_pb2.Value(string_value=value) if isinstance(value, str) else None
    elif name == "BYTES":
        expected = "bytes"
        made = value_pb2.Value(bytes_value=value) if isinstance(value, bytes) else None
    elif name == "TIMESTAMP":
        expected = "a datetime with a zone, or microseconds since 1970 as an int"
        us = _instant_us(value)
        made = None if us is None else value_pb2.Value(timestamp_us_value=us)
    else:
        expected = "a field that is no list or vector"
    return expected, made


def _whole(value: object, bits: int) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1) else None


def _instant_us(value: object) -> int | None:
    if not isinstance(value, datetime):
        return _whole(value, 64)
    return None if value.tzinfo is None else (value - _EPOCH) // _MICROSECOND
