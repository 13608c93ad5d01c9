"""What a service can use: a feature view of any kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions.entity import Entity
from timewell.definitions.view_use import ViewUse


class View(ABC):
    """A `FeatureView` or a `WindowedFeatureView`.

    A service may use it as it is, under an alias, or in part.
    """

    name: str
    """Unique among the views of the project, snake_case."""
    entity: Entity
    """What the features describe."""

    def alias(self, name: str, join_keys: Mapping[str, str] | None = None) -> ViewUse:
        """Uses the view under another name; see `ViewUse.alias`."""
        return ViewUse(self).alias(name, join_keys)

    def select(self, *features: str) -> ViewUse:
        """Uses some features only, in this order; see `ViewUse.select`."""
        return ViewUse(self).select(*features)

    def version(self, version: int) -> ViewUse:
        """Uses this version of the view; see `ViewUse.version`."""
        return ViewUse(self).version(version)

    @abstractmethod
    def feature_names(self) -> list[str]:
        """Names of its features, in column order."""

    @abstractmethod
    def to_message(self) -> definitions_pb2.FeatureView:
        """The message that the registry gets, a new one each time."""
