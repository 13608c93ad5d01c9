"""Asks the registry for types, once."""

from __future__ import annotations

from collections.abc import Callable

from timewell._contracts.registry.v1 import registry_pb2
from timewell._operations.context import Context
from timewell._operations.project_types import ProjectTypes
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import GET_SNAPSHOT
from timewell.errors import TimewellError


def load_types(
    context: Context, is_known: Callable[[ProjectTypes], bool]
) -> Operation[ProjectTypes | None]:
    """The types of the project, loaded anew where `is_known` misses something in those of before.

    None where the registry does not answer: the call itself may still work, values then say what
    they are.
    """
    if context.types is not None and is_known(context.types):
        return context.types
    request = registry_pb2.GetSnapshotRequest(project=context.project)
    try:
        answer = yield from call(GET_SNAPSHOT, request, context.options.timeouts.online_s)
    except TimewellError:
        return None
    context.types = ProjectTypes(answer.snapshot)
    return context.types
