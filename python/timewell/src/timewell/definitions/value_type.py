"""Types of join keys, features, request data and results of on-demand features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from timewell.definitions._checks import invalid_definition

_DIMENSION_MAX = 65_536


@dataclass(frozen=True)
class Scalar:
    """The type of a single value: `BOOL`, `INT64` and their like, which are all there are."""

    name: str
    """As the contracts call it, for example `INT64`."""

    def __repr__(self) -> str:
        return self.name


BOOL: Final = Scalar("BOOL")
"""`True` or `False`."""
INT32: Final = Scalar("INT32")
"""A whole number from -2^31 to 2^31 - 1. In Python `int`."""
INT64: Final = Scalar("INT64")
"""A whole number from -2^63 to 2^63 - 1. In Python `int`."""
FLOAT: Final = Scalar("FLOAT")
"""A floating-point number of 32 bits. In Python `float`."""
DOUBLE: Final = Scalar("DOUBLE")
"""A floating-point number of 64 bits. In Python `float`."""
STRING: Final = Scalar("STRING")
"""Unicode text. In Python `str`."""
BYTES: Final = Scalar("BYTES")
"""Any bytes. In Python `bytes`."""
TIMESTAMP: Final = Scalar("TIMESTAMP")
"""An instant in microseconds, UTC, of the years 1 to 9999. In Python a `datetime` with a zone."""


@dataclass(frozen=True)
class List:
    """The type of a list of values without None: `List(DOUBLE)`. An empty list is not NULL."""

    element: Scalar
    """The type of each element."""

    def __post_init__(self) -> None:
        if not isinstance(self.element, Scalar):
            raise invalid_definition(
                "List", self.element, "the type of a single value, like DOUBLE"
            )


@dataclass(frozen=True)
class Vector:
    """The type of a vector of FLOAT with a fixed number of elements: `Vector(128)`."""

    dimension: int
    """Elements of each vector, 1 to 65,536."""

    def __post_init__(self) -> None:
        is_whole = isinstance(self.dimension, int) and not isinstance(self.dimension, bool)
        if not is_whole or not 1 <= self.dimension <= _DIMENSION_MAX:
            expected = f"a whole number from 1 to {_DIMENSION_MAX:,}"
            raise invalid_definition("Vector", self.dimension, expected)


ValueType: TypeAlias = Scalar | List | Vector
"""Any type: that of a single value, a list or a vector."""


def type_name(value_type: object, path: str) -> str:
    """The name of a type in the contracts."""
    if isinstance(value_type, Scalar):
        return f"VALUE_TYPE_{value_type.name}"
    if isinstance(value_type, List):
        return f"VALUE_TYPE_{value_type.element.name}_LIST"
    if isinstance(value_type, Vector):
        return "VALUE_TYPE_FLOAT_VECTOR"
    hint = "Import the types from timewell."
    raise invalid_definition(path, value_type, "a type like INT64, List(DOUBLE) or Vector(8)", hint)


def dimension_of(value_type: object) -> int:
    """Elements of a vector; 0 for every other type."""
    return value_type.dimension if isinstance(value_type, Vector) else 0
