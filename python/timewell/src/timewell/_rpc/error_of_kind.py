"""Errors that come as part of an answer: with a kind, and without a code."""

from __future__ import annotations

from collections.abc import Mapping

from timewell import errors
from timewell.errors import TimewellError

_FAMILIES: Mapping[type[TimewellError], tuple[str, ...]] = {
    errors.StateError: (
        "BREAKING_CHANGE",
        "DEFINITION_IN_USE",
        "NO_BATCH_SOURCE",
        "SOURCE_MISMATCH",
        "SOURCE_CHANGED",
        "ERASED",
        "REQUEST_ID_REUSED",
        "STORE_MISCONFIGURED",
    ),
    errors.AlreadyExistsError: ("MODEL_CONFLICT",),
    errors.ConflictError: ("VERSION_CONFLICT", "FENCED"),
    errors.UnauthenticatedError: ("UNAUTHENTICATED",),
    errors.AccessDeniedError: ("PERMISSION_DENIED",),
    errors.OverloadedError: ("OVERLOADED", "STORE_FULL"),
    errors.UnavailableError: (
        "STORE_UNAVAILABLE",
        "REGISTRY_UNAVAILABLE",
        "SHUTTING_DOWN",
        "STREAM_STALLED",
    ),
    errors.DeadlineExceededError: ("DEADLINE_EXCEEDED",),
    errors.CallCancelledError: ("CANCELLED",),
    errors.DataLossError: ("DATA_LOSS",),
    errors.InternalError: ("INTERNAL",),
}
_FAMILY_OF = {kind: family for family, kinds in _FAMILIES.items() for kind in kinds}


def error_of_kind(kind: str, message: str, *, field: str = "") -> TimewellError:
    """The error; what has no family of its own is wrong with what was sent."""
    default = errors.NotFoundError if kind.endswith("_NOT_FOUND") else errors.InvalidRequestError
    return _FAMILY_OF.get(kind, default)(kind, message, field=field)
