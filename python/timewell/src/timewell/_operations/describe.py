"""Lists and describes what is defined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from timewell._contracts.registry.v1 import registry_pb2, snapshot_pb2
from timewell._operations.context import Context
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import GET_SNAPSHOT, LIST_PROJECTS
from timewell._suggest import suggest
from timewell.described import (
    EntityInfo,
    FeatureServiceInfo,
    FeatureViewInfo,
    entity_info,
    feature_service_info,
    feature_view_info,
)
from timewell.errors import NotFoundError

Info = TypeVar("Info", EntityInfo, FeatureViewInfo, FeatureServiceInfo)


def list_projects(context: Context) -> Operation[dict[str, int]]:
    """Answers the version of each project by its name."""
    request = registry_pb2.ListProjectsRequest()
    answer = yield from call(LIST_PROJECTS, request, context.options.timeouts.call_s)
    return {project.name: project.version for project in answer.projects}


def list_entities(context: Context) -> Operation[list[EntityInfo]]:
    """Answers all entities, by name."""
    snapshot = yield from _snapshot(context)
    return [entity_info(entity) for entity in snapshot.entities]


def list_feature_views(context: Context) -> Operation[list[FeatureViewInfo]]:
    """Answers the latest version of each view, by name."""
    snapshot = yield from _snapshot(context)
    return [feature_view_info(it.versions[-1]) for it in snapshot.feature_views if it.versions]


def list_feature_services(context: Context) -> Operation[list[FeatureServiceInfo]]:
    """Answers all services, by name."""
    snapshot = yield from _snapshot(context)
    return [feature_service_info(state) for state in snapshot.feature_services]


def describe_entity(context: Context, name: str) -> Operation[EntityInfo]:
    """Answers one entity."""
    found = yield from list_entities(context)
    return _named("ENTITY_NOT_FOUND", "entity", name, found, context)


def describe_feature_view(context: Context, name: str, version: int) -> Operation[FeatureViewInfo]:
    """Answers a version of a view; 0 is the latest."""
    snapshot = yield from _snapshot(context)
    latest = [feature_view_info(it.versions[-1]) for it in snapshot.feature_views if it.versions]
    view = _named("FEATURE_VIEW_NOT_FOUND", "feature view", name, latest, context)
    versions = next(it.versions for it in snapshot.feature_views if it.name == name)
    for state in versions:
        if state.version == (version or view.version):
            return feature_view_info(state)
    raise NotFoundError(
        "FEATURE_VIEW_NOT_FOUND",
        f"Cannot find version {version} of feature view {name} in project {context.project}",
        field="version",
        hint=f"The latest is {view.version}.",
    )


def describe_feature_service(context: Context, name: str) -> Operation[FeatureServiceInfo]:
    """Answers one service."""
    found = yield from list_feature_services(context)
    return _named("FEATURE_SERVICE_NOT_FOUND", "feature service", name, found, context)


def _snapshot(context: Context) -> Operation[snapshot_pb2.Snapshot]:
    request = registry_pb2.GetSnapshotRequest(project=context.project)
    answer = yield from call(GET_SNAPSHOT, request, context.options.timeouts.call_s)
    snapshot: snapshot_pb2.Snapshot = answer.snapshot
    return snapshot


def _named(kind: str, what: str, name: str, found: Sequence[Info], context: Context) -> Info:
    for info in found:
        if info.name == name:
            return info
    raise NotFoundError(
        kind,
        f"Cannot find {what} {name} in project {context.project}",
        field="name",
        hint=suggest(
            name, (info.name for info in found), "entities" if what == "entity" else f"{what}s"
        ),
    )
