"""Types of keys, features and request data: they decide whether 3 is an integer or a double."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from timewell._contracts.registry.v1 import snapshot_pb2
from timewell._suggest import suggest
from timewell._values.arrow_type import arrow_type

Types = Mapping[str, int]
"""Value type by name."""


@dataclass(frozen=True)
class ServiceTypes:
    """What requests to a feature service bring along."""

    request_data: Types
    arrow: Mapping[str, pa.DataType]
    """Arrow type of request data and on-demand features, by name."""


@dataclass(frozen=True)
class ProjectTypes:
    """Those of one version of a project; what is not known there the server will say better."""

    snapshot: snapshot_pb2.Snapshot = field(repr=False)

    def view(self, name: str, version: int = 0) -> snapshot_pb2.FeatureViewVersion | None:
        """A version of a view, 0 for the latest."""
        state = next((view for view in self.snapshot.feature_views if view.name == name), None)
        if state is None or not state.versions:
            return None
        if version == 0:
            return state.versions[-1]
        return next((found for found in state.versions if found.version == version), None)

    def entity_keys(self, name: str) -> Types | None:
        """Type by name of the join keys of an entity."""
        for entity in self.snapshot.entities:
            if entity.name == name:
                return {key.name: key.type for key in entity.join_keys}
        return None

    def did_you_mean(self, name: str) -> str:
        """A hint that names the view that may be meant, else what views there are."""
        return suggest(name, (view.name for view in self.snapshot.feature_views), "feature views")

    def service(self, name: str) -> ServiceTypes | None:
        """A feature service."""
        for state in self.snapshot.feature_services:
            if state.definition.name == name:
                inputs = state.definition.request_data
                computed = state.definition.on_demand_features
                return ServiceTypes(
                    request_data={item.name: item.type for item in inputs},
                    arrow={item.name: arrow_type(item.type, item.dimension) for item in inputs}
                    | {item.name: arrow_type(item.type, item.dimension) for item in computed},
                )
        return None


def feature_types(view: snapshot_pb2.FeatureViewVersion | None) -> Types:
    """Type by name of the features of a view."""
    features = view.definition.features if view is not None else ()
    return {feature.name: feature.type for feature in features}


def input_types(view: snapshot_pb2.FeatureViewVersion | None) -> Types:
    """Type by name of what rows of a view hold: its features, with windows the event fields."""
    fields = view.definition.event_fields if view is not None else ()
    return {field.name: field.type for field in fields} or feature_types(view)


def key_types(view: snapshot_pb2.FeatureViewVersion | None) -> Types:
    """Type by name of the join keys of a view."""
    keys = view.entity.join_keys if view is not None else ()
    return {key.name: key.type for key in keys}
