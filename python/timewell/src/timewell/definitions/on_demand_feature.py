"""Features that are computed when they are read."""

from __future__ import annotations

from dataclasses import dataclass

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions._checks import invalid_definition, text
from timewell.definitions.value_type import ValueType, dimension_of, type_name


@dataclass(frozen=True)
class OnDemandFeature:
    """A feature that is computed for each row when it is read, online and in training alike.

    Example:
        on_demand={"is_risky": OnDemandFeature(BOOL, "origin.mean_delay > 15.0")}
    """

    type: ValueType
    """Type of the result."""
    expression: str
    """In CEL, over `<view or alias>.<feature>`, request data and request keys by their names."""
    description: str = ""
    """For people; at most 4,096 characters."""


def on_demand_message(name: str, given: object, path: str) -> definitions_pb2.OnDemandFeature:
    """The message of an on-demand feature."""
    if not isinstance(given, OnDemandFeature):
        raise invalid_definition(path, given, "an OnDemandFeature")
    return definitions_pb2.OnDemandFeature(
        name=text(name, path),
        type=type_name(given.type, f"{path}.type"),
        dimension=dimension_of(given.type),
        expression=text(given.expression, f"{path}.expression"),
        description=text(given.description, f"{path}.description"),
    )
