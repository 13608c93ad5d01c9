"""A feature of a view."""

from __future__ import annotations

from dataclasses import dataclass

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions._checks import text
from timewell.definitions.value_type import ValueType, dimension_of, type_name


@dataclass(frozen=True)
class Feature:
    """A feature with a description; where there is none, its type alone will do.

    Example:
        features={"departures": INT64, "mean_delay": Feature(DOUBLE, "Minutes")}
    """

    type: ValueType
    """Its type."""
    description: str = ""
    """For people; at most 4,096 characters."""


def feature_message(name: str, given: object, path: str) -> definitions_pb2.Feature:
    """The message of a feature or of a type that stands for one."""
    feature = given if isinstance(given, Feature) else None
    value_type = given if feature is None else feature.type
    return definitions_pb2.Feature(
        name=text(name, path),
        type=type_name(value_type, f"{path}.type"),
        dimension=dimension_of(value_type),
        description=text(feature.description if feature else "", f"{path}.description"),
    )
