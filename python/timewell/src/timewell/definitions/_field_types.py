"""Types of what the rows of a view hold."""

from __future__ import annotations

from collections.abc import Mapping

from timewell.definitions.entity import Entity
from timewell.definitions.feature import Feature
from timewell.definitions.value_type import type_name


def field_types(entity: Entity, fields: Mapping[str, object], path: str) -> dict[str, str]:
    """Names of the types of join keys and of features or event fields, by name.

    `path` is that of the features or event fields.
    """
    types = {name: type_name(given, path) for name, given in entity.join_keys.items()}
    for name, given in fields.items():
        value_type = given.type if isinstance(given, Feature) else given
        types[name] = type_name(value_type, f"{path}[{name}].type")
    return types
