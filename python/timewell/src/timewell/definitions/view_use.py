"""A view as a service uses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from timewell._contracts.types.v1 import definitions_pb2
from timewell._suggest import suggest
from timewell.definitions._checks import invalid_definition, text, text_map
from timewell.errors import InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from timewell.definitions.view import View


class ViewUse:
    """A view as a service uses it: under an alias, in part, in a version.

    Views make them; every method returns a new one.
    """

    def __init__(self, view: View, reference: definitions_pb2.ViewReference | None = None) -> None:
        self._view = view
        self._reference = reference or definitions_pb2.ViewReference(view=view.name)

    def __repr__(self) -> str:
        return f"ViewUse({self._reference.view!r}, name={self.name!r})"

    @property
    def view(self) -> View:
        """The view that is used."""
        return self._view

    @property
    def name(self) -> str:
        """The alias, else the name of the view."""
        return self._reference.alias or self._reference.view

    def alias(self, name: str, join_keys: Mapping[str, str] | None = None) -> ViewUse:
        """Uses the view under another name, so that a service can have it more than once.

        `join_keys`: join key of the view's entity to its name in requests and labels, where they
        differ.

        Example:
            airport_hourly.alias("origin", {"airport": "origin"})

        Raises:
            InvalidRequestError: INVALID_DEFINITION for a join key that the entity does not have.
        """
        path = f"feature_views[{self._view.name}].alias"
        reference = self.to_message()
        reference.alias = text(name, path)
        if join_keys is None:
            return ViewUse(self._view, reference)
        mapping = text_map(join_keys, f"{path}.join_keys")
        known = list(self._view.entity.join_keys)
        for key in mapping:
            if key not in known:
                message = f"Cannot use {self._view.name} as {name}: it has no join key {key}"
                field = f"{path}.join_keys[{key}]"
                hint = suggest(key, known, "join keys")
                raise InvalidRequestError("INVALID_DEFINITION", message, field=field, hint=hint)
        reference.join_key_mapping.clear()
        reference.join_key_mapping.update(mapping)
        return ViewUse(self._view, reference)

    def select(self, *features: str) -> ViewUse:
        """Uses some features only, in this order.

        Example:
            airport_hourly.select("mean_delay")

        Raises:
            InvalidRequestError: INVALID_DEFINITION where no feature is named.
            NotFoundError: FEATURE_NOT_FOUND for a feature that the view does not have.
        """
        path = f"feature_views[{self._view.name}].select"
        if not features:
            raise invalid_definition(path, features, "at least one feature")
        known = self._view.feature_names()
        for feature in features:
            if feature not in known:
                message = f"Cannot select {feature}: {self._view.name} has no such feature"
                hint = suggest(feature, known, "features")
                raise NotFoundError("FEATURE_NOT_FOUND", message, field=path, hint=hint)
        reference = self.to_message()
        reference.features[:] = features
        return ViewUse(self._view, reference)

    def version(self, version: int) -> ViewUse:
        """Uses this version of the view, from 1.

        Without it a service keeps the version that was the latest when it was first applied.

        Example:
            airport_hourly.version(2)

        Raises:
            InvalidRequestError: INVALID_DEFINITION for anything but a whole number from 1.
        """
        if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version < 2**32:
            path = f"feature_views[{self._view.name}].version"
            raise invalid_definition(path, version, "a whole number from 1")
        reference = self.to_message()
        reference.version = version
        return ViewUse(self._view, reference)

    def to_message(self) -> definitions_pb2.ViewReference:
        """The message that the registry gets, a new one each time."""
        copy = definitions_pb2.ViewReference()
        copy.CopyFrom(self._reference)
        return copy
