"""Values of the contract as Python values."""

from __future__ import annotations

from typing import Any

from timewell._contracts.types.v1.value_pb2 import Value
from timewell._values.instant import instant_of


def from_value(value: Value) -> Any:
    """None for NULL, an aware datetime for TIMESTAMP, a list for lists and vectors."""
    kind = value.WhichOneof("kind")
    if kind is None:
        return None
    plain = getattr(value, kind)
    if kind == "timestamp_us_value":
        return instant_of(plain)
    if kind.endswith("_list_value"):
        if kind == "timestamp_us_list_value":
            return [instant_of(time_us) for time_us in plain.v]
        return list(plain.v)
    return plain
