"""Turns what gRPC raises into errors of Timewell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import grpc
from google.protobuf.message import DecodeError

from timewell import errors
from timewell._contracts.types.v1 import error_pb2
from timewell._rpc.wire_fields import wire_fields
from timewell.errors import TimewellError

_FAMILIES: Mapping[str, type[TimewellError]] = {
    family.code: family
    for family in (
        errors.InvalidRequestError,
        errors.NotFoundError,
        errors.StateError,
        errors.ConflictError,
        errors.AlreadyExistsError,
        errors.AccessDeniedError,
        errors.UnauthenticatedError,
        errors.OverloadedError,
        errors.UnavailableError,
        errors.DeadlineExceededError,
        errors.CallCancelledError,
        errors.DataLossError,
        errors.InternalError,
    )
} | {"OUT_OF_RANGE": errors.InvalidRequestError, "UNIMPLEMENTED": errors.InvalidRequestError}

# The kind of an error that came without one: from a proxy, from the network, from the RPC library.
_KINDS = {
    "CANCELLED": "CANCELLED",
    "DEADLINE_EXCEEDED": "DEADLINE_EXCEEDED",
    "INVALID_ARGUMENT": "INVALID_REQUEST",
    "OUT_OF_RANGE": "INVALID_REQUEST",
    "UNIMPLEMENTED": "INVALID_REQUEST",
    "RESOURCE_EXHAUSTED": "LIMIT_EXCEEDED",
    "UNAUTHENTICATED": "UNAUTHENTICATED",
    "PERMISSION_DENIED": "PERMISSION_DENIED",
    "DATA_LOSS": "DATA_LOSS",
}
# What an HTTP/2 connection that breaks in the middle of a stream looks like besides UNAVAILABLE.
_CUT = (
    "RST_STREAM",
    "Stream removed",
    "unexpected EOS",
    "GOAWAY",
    "Socket closed",
    "Internal error from Core",
)
_INFO_TYPE = "timewell.types.v1.ErrorInfo"

Metadata = Iterable[tuple[str, str | bytes]]


def from_rpc_error(
    code: grpc.StatusCode, details: str, trailers: Metadata, service: str
) -> TimewellError:
    """The error as it was raised in the server; `service` names the one that was called."""
    name: str = code.name
    info = _error_info(trailers)
    if info is not None:
        family = _FAMILIES.get(name, errors.InternalError)
        message = details.removesuffix(info.hint).rstrip().removesuffix(".")
        return family(
            info.kind, message if info.hint else details, field=info.field, hint=info.hint
        )
    if name == "UNAVAILABLE" or (
        name in ("INTERNAL", "UNKNOWN", "CANCELLED") and any(word in details for word in _CUT)
    ):
        kind = "REGISTRY_UNAVAILABLE" if service == "FeatureRegistry" else "STORE_UNAVAILABLE"
        hint = "Check that the server runs, and the address, TLS and network on the way to it."
        return errors.UnavailableError(kind, f"Cannot reach {service}: {details}", hint=hint)
    family = _FAMILIES.get(name, errors.InternalError)
    return family(_KINDS.get(name, "INTERNAL"), f"{service} failed: {details}")


def _error_info(trailers: Metadata) -> error_pb2.ErrorInfo | None:
    """The typed detail in the `google.rpc.Status` of the trailers, if there is one."""
    for key, value in trailers:
        if key != "grpc-status-details-bin" or not isinstance(value, bytes):
            continue
        try:
            for number, detail in wire_fields(value):
                if number == 3 and isinstance(detail, memoryview):
                    any_fields = dict(wire_fields(detail))
                    type_url = bytes(_bytes(any_fields.get(1))).decode()
                    if type_url.rpartition("/")[2] == _INFO_TYPE:
                        return error_pb2.ErrorInfo.FromString(bytes(_bytes(any_fields.get(2))))
        except (ValueError, DecodeError):
            return None
    return None


def _bytes(value: int | memoryview | None) -> bytes | memoryview:
    return value if isinstance(value, memoryview) else b""
