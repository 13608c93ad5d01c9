"""Points in time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from timewell._values.warn_caller import warn_caller
from timewell.errors import InvalidRequestError, NaiveTimestampWarning

Instant = datetime | int
"""A datetime (also of pandas or NumPy.

UTC where it has no zone), or microseconds since 1970, UTC.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)
_MILLISECOND = timedelta(milliseconds=1)


def instant_us(instant: Any, name: str, *, kind: str = "INVALID_EVENT_TIME") -> int:
    """Microseconds since 1970, UTC; an error of `kind` for what is no instant.

    A time without a zone is UTC, with a NaiveTimestampWarning.
    """
    if isinstance(instant, int) and not isinstance(instant, bool):
        return instant
    if isinstance(instant, datetime) and instant == instant:
        if instant.tzinfo is None:
            warn_caller(f"{name} has no time zone and is read as UTC", NaiveTimestampWarning)
            instant = instant.replace(tzinfo=timezone.utc)
        since: timedelta = instant - _EPOCH
        return since // _MICROSECOND
    if getattr(getattr(instant, "dtype", None), "kind", "") == "M" and instant == instant:
        return int(instant.astype("datetime64[us]").astype("int64"))
    raise InvalidRequestError(
        kind,
        f"Cannot use {name}: got {instant!r}, expected a datetime",
        field=name,
        hint="Send a datetime with a time zone, or microseconds since 1970 as an int.",
    )


def instant_of(time_us: int) -> datetime:
    """The datetime, with zone UTC, of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=time_us)


def whole_ms(duration: timedelta, name: str) -> int:
    """Milliseconds of a duration; INVALID_REQUEST for fractions of them and for anything else."""
    if isinstance(duration, timedelta) and duration % _MILLISECOND == timedelta(0):
        return duration // _MILLISECOND
    raise InvalidRequestError(
        "INVALID_REQUEST",
        f"Cannot use {name}: got {duration!r}, expected a timedelta of whole milliseconds",
        field=name,
        hint="Write it like timedelta(hours=6).",
    )
