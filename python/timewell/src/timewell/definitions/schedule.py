"""When a view is materialized without being asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions._checks import duration_ms, invalid_definition


@dataclass(frozen=True)
class Schedule:
    """When ingestion materializes the source of a view by itself, incrementally.

    Example:
        Schedule(every=timedelta(hours=1))
    """

    every: timedelta
    """Time between two starts, at least 1 s."""


def schedule_message(schedule: object, path: str) -> definitions_pb2.Schedule | None:
    """The message of a schedule; None where there is none."""
    if schedule is None:
        return None
    if not isinstance(schedule, Schedule):
        raise invalid_definition(path, schedule, "a Schedule")
    return definitions_pb2.Schedule(every_ms=duration_ms(schedule.every, f"{path}.every"))
