"""Inputs of a feature service that only the request knows."""

from __future__ import annotations

from dataclasses import dataclass

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions._checks import text
from timewell.definitions.value_type import ValueType, dimension_of, type_name


@dataclass(frozen=True)
class RequestData:
    """An input that only the request knows, with a description; without one, its type will do.

    Training sets take it from the label column of its name.

    Example:
        request_data={"planned_delay_min": RequestData(INT64, "Minutes"), "gate": STRING}
    """

    type: ValueType
    """Its type."""
    description: str = ""
    """For people; at most 4,096 characters."""


def request_field_message(name: str, given: object, path: str) -> definitions_pb2.RequestField:
    """The message of request data or of a type that stands for them."""
    data = given if isinstance(given, RequestData) else None
    value_type = given if data is None else data.type
    return definitions_pb2.RequestField(
        name=text(name, path),
        type=type_name(value_type, f"{path}.type"),
        dimension=dimension_of(value_type),
        description=text(data.description if data else "", f"{path}.description"),
    )
