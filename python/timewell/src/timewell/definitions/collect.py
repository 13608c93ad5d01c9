"""All definitions of modules, lists and single objects, as one message."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import TypeAlias

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions.entity import Entity
from timewell.definitions.feature_service import FeatureService
from timewell.definitions.view import View
from timewell.errors import InvalidRequestError

Definition: TypeAlias = Entity | View | FeatureService
"""Something that `apply` sends to the registry."""


def collect(*sources: object) -> definitions_pb2.Definitions:
    """Collects definitions for the registry: those given, and the entities and views that they use.

    Takes single definitions, lists, tuples and dicts of them, and modules, of which every name
    without a leading underscore counts. What is no definition is left alone; order has no meaning.

    Example:
        import features
        timewell.collect(features)

    Raises:
        InvalidRequestError: INVALID_DEFINITION where two different definitions have one name, or
            there is none.
    """
    found: dict[tuple[type, str], Definition] = {}
    seen: set[int] = set()
    for source in sources:
        _collect(source, found, seen)
    if not found:
        message = "Cannot find definitions: there are none"
        hint = "Define an Entity, a FeatureView or a FeatureService under a public name."
        raise InvalidRequestError("INVALID_DEFINITION", message, hint=hint)
    items = sorted(found.values(), key=lambda item: item.name)
    return definitions_pb2.Definitions(
        entities=[item.to_message() for item in items if isinstance(item, Entity)],
        feature_views=[item.to_message() for item in items if isinstance(item, View)],
        feature_services=[item.to_message() for item in items if isinstance(item, FeatureService)],
    )


def _collect(source: object, found: dict[tuple[type, str], Definition], seen: set[int]) -> None:
    if isinstance(source, Entity | View | FeatureService):
        _add(source, found)
        inner: Iterable[object] = _used_by(source)
    elif isinstance(source, ModuleType):
        inner = [part for name, part in vars(source).items() if not name.startswith("_")]
        # A module that this one imports speaks for itself.
        inner = [part for part in inner if not isinstance(part, ModuleType)]
    elif isinstance(source, dict):
        inner = source.values()
    elif isinstance(source, list | tuple):
        inner = source
    else:
        return
    if id(source) in seen:
        return
    seen.add(id(source))
    for part in inner:
        _collect(part, found, seen)


def _used_by(definition: Definition) -> Iterable[Definition]:
    if isinstance(definition, View):
        return [definition.entity]
    if isinstance(definition, FeatureService):
        return [use.view for use in definition.uses()]
    return []


def _add(definition: Definition, found: dict[tuple[type, str], Definition]) -> None:
    kind = View if isinstance(definition, View) else type(definition)
    key = (kind, definition.name)
    other = found.get(key)
    if (
        other is not None
        and other is not definition
        and other.to_message() != definition.to_message()
    ):
        message = f"Cannot collect definitions: two different ones are called {definition.name}"
        field, hint = definition.name, "Rename one of them."
        raise InvalidRequestError("INVALID_DEFINITION", message, field=field, hint=hint)
    found[key] = definition
