"""What features describe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions._checks import invalid_definition, text, text_map
from timewell.definitions._own_parts import own_parts
from timewell.definitions.value_type import (
    BOOL,
    BYTES,
    INT32,
    INT64,
    STRING,
    TIMESTAMP,
    Scalar,
    type_name,
)

_KEY_TYPES = (BOOL, INT32, INT64, STRING, BYTES, TIMESTAMP)


@dataclass(frozen=True, eq=False)
class Entity:
    """What features describe: a user, an airport, a route.

    Example:
        airport = Entity("airport", {"airport": STRING})
        route = Entity("route", {"origin": STRING, "destination": STRING})

    Raises:
        InvalidRequestError: INVALID_DEFINITION for a join key of a type that keys cannot have.
    """

    name: str
    """Unique among the entities of the project, snake_case."""
    join_keys: Mapping[str, Scalar]
    """Name to type, at most 8, in the order of the composite key; none makes a global entity."""
    description: str = ""
    """For people; at most 4,096 characters."""
    owner: str = ""
    """Who answers for it, for example an e-mail address."""
    tags: Mapping[str, str] | None = None
    """Free labels, at most 32."""

    def __post_init__(self) -> None:
        self.to_message()
        own_parts(self, "join_keys", "tags")

    def to_message(self) -> definitions_pb2.Entity:
        """The message that the registry gets, a new one each time."""
        path = f"entities[{self.name}]"
        if not isinstance(self.join_keys, Mapping):
            raise invalid_definition(
                f"{path}.join_keys", self.join_keys, "a mapping of name to type"
            )
        return definitions_pb2.Entity(
            name=text(self.name, f"{path}.name"),
            join_keys=[_key(f"{path}.join_keys", *key) for key in self.join_keys.items()],
            description=text(self.description, f"{path}.description"),
            owner=text(self.owner, f"{path}.owner"),
            tags=text_map(self.tags, f"{path}.tags"),
        )


def _key(path: str, name: object, key_type: object) -> definitions_pb2.JoinKey:
    if key_type not in _KEY_TYPES:
        expected = f"one of {', '.join(known.name for known in _KEY_TYPES)}"
        raise invalid_definition(f"{path}[{name}].type", key_type, expected)
    return definitions_pb2.JoinKey(name=text(name, path), type=type_name(key_type, path))
