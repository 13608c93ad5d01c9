"""Aggregates of the events of a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from timewell.definitions._checks import invalid_definition
from timewell.definitions._own_parts import own_parts


@dataclass(frozen=True)
class Aggregate:
    """What is computed of events: a `Count`, `Sum`, `Mean` or another of their like.

    There is a feature for each of its windows, which are texts: "1m" to "90d", or "lifetime", all
    events there ever were.
    """

    _function: ClassVar[str] = ""

    _: KW_ONLY
    where: str = ""
    """Events count where this is true, in CEL over the event fields. Empty: all.

    Comparisons, `in`, `&&`, `||`, `!` and `has(event.field)`.
    """
    description: str = ""
    """For people; at most 4,096 characters."""

    def __post_init__(self) -> None:
        windows = getattr(self, "windows", ())
        if isinstance(windows, str) or not isinstance(windows, Sequence):
            path = f"{type(self).__name__}.windows"
            raise invalid_definition(path, windows, "a list of windows")
        own_parts(self, "windows")


@dataclass(frozen=True)
class Count(Aggregate):
    """How many events there were; INT64, 0 where there were none.

    Example:
        aggregates={"departures": Count(["1h", "24h"])}
    """

    _function = "COUNT"

    windows: Sequence[str]
    """Lengths of its windows."""


@dataclass(frozen=True)
class FieldAggregate(Aggregate):
    """An aggregate of one event field."""

    field: str
    """Event field; events without a value do not count."""
    windows: Sequence[str]
    """Lengths of its windows."""


class Sum(FieldAggregate):
    """The sum of a number; INT64 of integers, else DOUBLE. NULL where there is nothing to add."""

    _function = "SUM"


class Mean(FieldAggregate):
    """The arithmetic mean of a number; DOUBLE. NULL where there is none.

    Example:
        aggregates={"mean_delay": Mean("dep_delay", ["1h", "24h"], where="dep_delay > 0.0")}
    """

    _function = "MEAN"


class Min(FieldAggregate):
    """The least number or TIMESTAMP, in the type of the field. NaN counts as greatest."""

    _function = "MIN"


class Max(FieldAggregate):
    """The greatest number or TIMESTAMP, in the type of the field. NaN counts as greatest."""

    _function = "MAX"


class Stddev(FieldAggregate):
    """The standard deviation of the population of a number; DOUBLE. NULL where there is none."""

    _function = "STDDEV"


class First(FieldAggregate):
    """The value of the earliest event that has one, in the type of the field."""

    _function = "FIRST"


class Last(FieldAggregate):
    """The value of the latest event that has one, in the type of the field."""

    _function = "LAST"


@dataclass(frozen=True)
class LastN(Aggregate):
    """The values of the latest events that have one, the latest first; a list.

    Example:
        aggregates={"last_delays": LastN("dep_delay", 5, ["24h"])}
    """

    _function = "LAST_N"

    field: str
    """Event field; events without a value do not count."""
    n: int
    """Most values, 1 to 1,000."""
    windows: Sequence[str]
    """Lengths of its windows."""
