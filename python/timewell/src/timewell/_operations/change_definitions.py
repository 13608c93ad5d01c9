"""Plans and applies definitions."""

from __future__ import annotations

from typing import Literal

from timewell._contracts.registry.v1 import registry_pb2
from timewell._contracts.types.v1 import definitions_pb2
from timewell._operations.context import Context
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import APPLY, DELETE_DEFINITION, PLAN
from timewell.changes import Applied, Plan, changes_of
from timewell.definitions.collect import collect

DefinitionKind = Literal["entity", "feature_view", "feature_service"]

_KINDS = {
    "entity": registry_pb2.DEFINITION_KIND_ENTITY,
    "feature_view": registry_pb2.DEFINITION_KIND_FEATURE_VIEW,
    "feature_service": registry_pb2.DEFINITION_KIND_FEATURE_SERVICE,
}


def plan(context: Context, definitions: tuple[object, ...]) -> Operation[Plan]:
    """Asks what an apply would change."""
    request = registry_pb2.PlanRequest(project=context.project, definitions=_message(definitions))
    answer = yield from call(PLAN, request, context.options.timeouts.call_s)
    return Plan(answer.base_version, changes_of(answer.changes))


def apply(
    context: Context, definitions: tuple[object, ...], base_version: int | None
) -> Operation[Applied]:
    """Applies definitions."""
    request = registry_pb2.ApplyRequest(
        project=context.project, definitions=_message(definitions), base_version=base_version
    )
    answer = yield from call(APPLY, request, context.options.timeouts.call_s)
    context.types = None
    return Applied(answer.version, changes_of(answer.changes))


def delete_definition(
    context: Context, kind: DefinitionKind, name: str, base_version: int | None
) -> Operation[int]:
    """Deletes one definition, and answers the version of the project."""
    request = registry_pb2.DeleteDefinitionRequest(
        project=context.project, kind=_KINDS[kind], name=name, base_version=base_version
    )
    answer = yield from call(DELETE_DEFINITION, request, context.options.timeouts.call_s)
    context.types = None
    version: int = answer.version
    return version


def _message(definitions: tuple[object, ...]) -> definitions_pb2.Definitions:
    first = definitions[0] if len(definitions) == 1 else None
    return first if isinstance(first, definitions_pb2.Definitions) else collect(*definitions)
