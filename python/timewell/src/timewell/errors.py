"""What can go wrong: one class for each family of errors, all of them TimewellErrors.

Every error has a kind of a closed set, which docs/errors.md lists one by one.
"""

from __future__ import annotations

from typing import ClassVar


class TimewellError(Exception):
    """An error that a server or the client raised on purpose.

    Its text says what failed, on which value, what was expected, and how to mend it.
    """

    code: ClassVar[str] = "UNKNOWN"
    """The gRPC code of the family, for example `INVALID_ARGUMENT`."""

    def __init_subclass__(cls, *, code: str) -> None:
        """Each family says its code."""
        cls.code = code

    def __init__(self, kind: str, message: str, *, field: str = "", hint: str = "") -> None:
        """`message` has no hint at its end: that is added to the text."""
        ends = message.rstrip().endswith((".", "!", "?"))
        super().__init__(f"{message}{'' if ends else '.'} {hint}" if hint else message)
        self.kind = kind
        """The kind, for example `FEATURE_VIEW_NOT_FOUND`."""
        self.message = message
        """What failed, without the hint."""
        self.field = field
        """Which part is wrong, for example `rows[3].keys.airport`. Empty: the whole request."""
        self.hint = hint
        """How to mend it. Empty: nothing that a caller can do."""

    def __reduce__(self) -> tuple[object, ...]:
        state = {"field": self.field, "hint": self.hint}
        return (_restore, (type(self), self.kind, self.message, state))


def _restore(
    family: type[TimewellError], kind: str, message: str, state: dict[str, str]
) -> TimewellError:
    return family(kind, message, field=state["field"], hint=state["hint"])


class InvalidRequestError(TimewellError, ValueError, code="INVALID_ARGUMENT"):
    """What the caller sent cannot be used: a wrong value, key, label column, path or definition."""


class NotFoundError(TimewellError, LookupError, code="NOT_FOUND"):
    """What the caller named is not there: a project, view, feature, service or file."""


class StateError(TimewellError, code="FAILED_PRECONDITION"):
    """The state does not allow it: a breaking change, a source file that changed, a reused id."""


class ConflictError(TimewellError, code="ABORTED"):
    """Another change came first; plan again on the state of now."""


class AlreadyExistsError(ConflictError, code="ALREADY_EXISTS"):
    """Something else has this name already."""


class AccessDeniedError(TimewellError, code="PERMISSION_DENIED"):
    """The caller may not do this: no token, an unknown one, or one with too small a scope."""


class UnauthenticatedError(AccessDeniedError, code="UNAUTHENTICATED"):
    """The server wants a token, and the call has none or one that is not known."""


class OverloadedError(TimewellError, code="RESOURCE_EXHAUSTED"):
    """The server has more to do than it wants to hold; try again later."""


class UnavailableError(TimewellError, code="UNAVAILABLE"):
    """A server or its store did not answer. For a write, the rows may be there nevertheless."""


class DeadlineExceededError(TimewellError, code="DEADLINE_EXCEEDED"):
    """The call took longer than its timeout."""


class CallCancelledError(TimewellError, code="CANCELLED"):
    """The call was ended before its answer was there."""


class DataLossError(TimewellError, code="DATA_LOSS"):
    """Bytes are not what they should be: a damaged file, or a stream whose digest is wrong."""


class InternalError(TimewellError, code="INTERNAL"):
    """Something happened that nobody thought of; the server's log knows more."""


class NaiveTimestampWarning(UserWarning):
    """Times without a zone were taken as UTC."""
