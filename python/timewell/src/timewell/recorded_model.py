"""What the registry knows of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from timewell._contracts.registry.v1 import registry_pb2
from timewell._values.instant import instant_of


@dataclass(frozen=True)
class ModelView:
    """The features of one view that a model reads."""

    view: str
    """Name of the feature view."""
    version: int
    """Its version, from 1."""
    features: tuple[str, ...]
    """Names of the features."""

    def to_message(self) -> registry_pb2.ModelView:
        """As the registry takes it."""
        return registry_pb2.ModelView(view=self.view, version=self.version, features=self.features)


@dataclass(frozen=True)
class RecordedModel:
    """A model, the training set it was fitted on, and the features it reads."""

    name: str
    """At most 255 characters."""
    version: str
    """For example the version of a model registry."""
    uri: str = ""
    """Where the model lies, for example `models:/delay/3`."""
    training_set_id: str = ""
    """Empty: not known."""
    feature_service: str = ""
    """Empty: features without a service."""
    feature_service_revision: int = 0
    """From 1; 0 where there is no service."""
    views: tuple[ModelView, ...] = ()
    """What it reads. Empty: what the feature service reads."""
    registry_version: int = 0
    """Version of the project that the features were resolved with."""
    created_at: datetime | None = None
    """When it was recorded; set by the registry."""
    created_by: str = ""
    """Who recorded it: the name of a token; set by the registry."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Free labels, at most 32."""

    def to_message(self) -> registry_pb2.Model:
        """As the registry takes it; what it sets by itself is left out."""
        return registry_pb2.Model(
            name=self.name,
            version=self.version,
            uri=self.uri,
            training_set_id=self.training_set_id,
            feature_service=self.feature_service,
            feature_service_revision=self.feature_service_revision,
            views=[view.to_message() for view in self.views],
            registry_version=self.registry_version,
            tags=self.tags,
        )


def recorded_model(message: registry_pb2.Model) -> RecordedModel:
    """A model as the registry answers it."""
    return RecordedModel(
        name=message.name,
        version=message.version,
        uri=message.uri,
        training_set_id=message.training_set_id,
        feature_service=message.feature_service,
        feature_service_revision=message.feature_service_revision,
        views=tuple(
            ModelView(view.view, view.version, tuple(view.features)) for view in message.views
        ),
        registry_version=message.registry_version,
        created_at=instant_of(message.created_at_us),
        created_by=message.created_by,
        tags=dict(message.tags),
    )
