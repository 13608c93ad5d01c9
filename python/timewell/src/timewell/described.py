"""Definitions as the registry has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from timewell._contracts.registry.v1 import snapshot_pb2
from timewell._contracts.types.v1 import definitions_pb2, value_pb2


@dataclass(frozen=True)
class EntityInfo:
    """An entity."""

    name: str
    """Its name."""
    join_keys: Mapping[str, str]
    """Name to type, in order."""
    description: str
    """For people."""
    owner: str
    """Who answers for it. Empty: nobody named."""
    tags: Mapping[str, str]
    """Free labels."""


@dataclass(frozen=True)
class FeatureViewInfo:
    """One version of a feature view."""

    name: str
    """Its name."""
    version: int
    """From 1."""
    entity: str
    """Name of its entity."""
    join_keys: Mapping[str, str]
    """Name to type, in order."""
    features: Mapping[str, str]
    """Name to type, in column order; a vector as FLOAT_VECTOR(dimension)."""
    ttl: timedelta | None
    """How long a value stays alive after its event time. None: for ever."""
    source: str
    """Path of the batch source. Empty: filled by pushes only."""
    description: str
    """For people."""
    owner: str
    """Who answers for it. Empty: nobody named."""
    tags: Mapping[str, str]
    """Free labels."""


@dataclass(frozen=True)
class ViewUseInfo:
    """A view as a service uses it."""

    name: str
    """View or alias name; columns are `<name>__<feature>`."""
    view: str
    """Name of the feature view."""
    version: int
    """Its version, from 1."""
    features: Sequence[str]
    """Empty: the whole view."""
    join_keys: Mapping[str, str]
    """Join key to its name in requests and labels, where they differ."""


@dataclass(frozen=True)
class FeatureServiceInfo:
    """A feature service."""

    name: str
    """Its name."""
    revision: int
    """From 1, one more with each change."""
    views: Sequence[ViewUseInfo]
    """Views in column order."""
    request_data: Mapping[str, str]
    """Name to type."""
    on_demand: Mapping[str, str]
    """Name to CEL expression."""
    description: str
    """For people."""
    owner: str
    """Who answers for it. Empty: nobody named."""
    tags: Mapping[str, str]
    """Free labels."""


def entity_info(entity: definitions_pb2.Entity) -> EntityInfo:
    """Makes it of its message."""
    return EntityInfo(
        name=entity.name,
        join_keys={key.name: _type(key.type) for key in entity.join_keys},
        description=entity.description,
        owner=entity.owner,
        tags=dict(entity.tags),
    )


def feature_view_info(version: snapshot_pb2.FeatureViewVersion) -> FeatureViewInfo:
    """Makes it of its message."""
    view = version.definition
    return FeatureViewInfo(
        name=view.name,
        version=version.version,
        entity=view.entity,
        join_keys={key.name: _type(key.type) for key in version.entity.join_keys},
        features={it.name: _type(it.type, it.dimension) for it in view.features},
        ttl=timedelta(milliseconds=view.ttl_ms) if view.ttl_ms else None,
        source=view.batch_source.path,
        description=view.description,
        owner=view.owner,
        tags=dict(view.tags),
    )


def feature_service_info(state: snapshot_pb2.FeatureServiceState) -> FeatureServiceInfo:
    """Makes it of its message."""
    service = state.definition
    return FeatureServiceInfo(
        name=service.name,
        revision=state.revision,
        views=[
            ViewUseInfo(
                name=use.alias or use.view,
                view=use.view,
                version=use.version,
                features=list(use.features),
                join_keys=dict(use.join_key_mapping),
            )
            for use in service.views
        ],
        request_data={it.name: _type(it.type, it.dimension) for it in service.request_data},
        on_demand={it.name: it.expression for it in service.on_demand_features},
        description=service.description,
        owner=service.owner,
        tags=dict(service.tags),
    )


def _type(value_type: value_pb2.ValueType, dimension: int = 0) -> str:
    name = value_pb2.ValueType.Name(value_type).removeprefix("VALUE_TYPE_")
    return f"{name}({dimension})" if dimension else name
