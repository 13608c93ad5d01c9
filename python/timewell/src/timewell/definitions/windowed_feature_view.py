"""Aggregates of the events of an entity over windows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta, timezone

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions._checks import invalid_definition, text, text_map
from timewell.definitions._field_types import field_types
from timewell.definitions._own_parts import own_parts
from timewell.definitions.aggregate import Aggregate, Count, FieldAggregate, LastN
from timewell.definitions.constraint import Constraint, constraint_messages
from timewell.definitions.entity import Entity
from timewell.definitions.feature import Feature, feature_message
from timewell.definitions.schedule import Schedule, schedule_message
from timewell.definitions.source import FileSource, source_message
from timewell.definitions.stream import KafkaStream, stream_message
from timewell.definitions.value_type import ValueType
from timewell.definitions.view import View

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_UNITS_MS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"([0-9]{1,16})(ms|s|m|h|d)")
_DURATION_MS_MAX = 2**53 - 1


@dataclass(frozen=True, eq=False)
class WindowedFeatureView(View):
    """Aggregates of the events of an entity over windows that end when they are read.

    Its features are called `<aggregate>_<window>`, here `departures_1h` to `mean_delay_24h`.

    Example:
        departures = WindowedFeatureView(
            "departures",
            entity=airport,
            events={"flight_id": STRING, "dep_delay": DOUBLE},
            aggregates={
                "departures": Count(["1h", "24h"]),
                "mean_delay": Mean("dep_delay", ["1h", "24h"], where="dep_delay > 0.0"),
            },
            event_id="flight_id",
        )

    Raises:
        InvalidRequestError: INVALID_DEFINITION for a part of a wrong kind, a window that cannot be
            read, or an input that is no event field.
    """

    name: str
    """Unique among the views of the project, snake_case."""
    _: KW_ONLY
    entity: Entity
    """What the features describe."""
    events: Mapping[str, ValueType | Feature]
    """Fields of an event, name to type; at least 1, at most 1,000."""
    aggregates: Mapping[str, Aggregate]
    """What is computed of the events, in column order."""
    event_id: str = ""
    """Field that tells events apart, of type STRING, BYTES or INT64.

    Two events with one value of one entity are one.
    """
    cut_over: datetime | None = None
    """With a source: events before it count from the files, events from it on as they come.

    None: when the view is first applied.
    """
    source: FileSource | None = None
    """Where events before the cut-over come from. None: nowhere."""
    stream: KafkaStream | None = None
    """Topic whose records are events of the view. None: none."""
    constraints: Sequence[Constraint] | None = None
    """What every event that is pushed or comes from a topic must keep; at most 100.

    Rows of source files are checked and counted.
    """
    schedule: Schedule | None = None
    """When ingestion materializes the source by itself, incrementally. None: never."""
    description: str = ""
    """For people; at most 4,096 characters."""
    owner: str = ""
    """Who answers for it, for example an e-mail address."""
    tags: Mapping[str, str] | None = None
    """Free labels, at most 32."""

    def __post_init__(self) -> None:
        self.to_message()
        own_parts(self, "events", "aggregates", "constraints", "tags")

    def feature_names(self) -> list[str]:
        """Names of its features, in column order."""
        return [feature.name for feature in self.to_message().features]

    def to_message(self) -> definitions_pb2.FeatureView:
        """The message that the registry gets, a new one each time."""
        path = f"feature_views[{self.name}]"
        if not isinstance(self.entity, Entity):
            raise invalid_definition(f"{path}.entity", self.entity, "an Entity")
        for part, what in ((self.events, "events"), (self.aggregates, "aggregates")):
            if not isinstance(part, Mapping):
                raise invalid_definition(f"{path}.{what}", part, "a mapping by name")
        types = field_types(self.entity, self.events, f"{path}.event_fields")
        features = list(self._features(path))
        constraints = constraint_messages(self.constraints, types, f"{path}.constraints")
        return definitions_pb2.FeatureView(
            name=text(self.name, f"{path}.name"),
            entity=self.entity.name,
            features=features,
            event_fields=[
                feature_message(name, field, f"{path}.event_fields[{name}]")
                for name, field in self.events.items()
            ],
            event_id_field=text(self.event_id, f"{path}.event_id"),
            cut_over_us=_instant_us(self.cut_over, f"{path}.cut_over"),
            batch_source=source_message(self.source, f"{path}.batch_source"),
            stream_source=stream_message(self.stream, f"{path}.stream_source"),
            constraints=constraints,
            schedule=schedule_message(self.schedule, f"{path}.schedule"),
            description=text(self.description, f"{path}.description"),
            owner=text(self.owner, f"{path}.owner"),
            tags=text_map(self.tags, f"{path}.tags"),
        )

    def _features(self, path: str) -> Iterator[definitions_pb2.Feature]:
        types = field_types(Entity("none", {}), self.events, f"{path}.event_fields")
        for name, aggregate in self.aggregates.items():
            if not isinstance(aggregate, Count | FieldAggregate | LastN):
                expected = "an aggregate, like Count or Mean"
                raise invalid_definition(f"{path}.aggregates[{name}]", aggregate, expected)
            for window in aggregate.windows:
                yield _feature(f"{name}_{window}", aggregate, window, types, path)


def _feature(
    name: str,
    aggregate: Count | FieldAggregate | LastN,
    window: object,
    types: Mapping[str, str],
    view_path: str,
) -> definitions_pb2.Feature:
    path = f"{view_path}.features[{name}].aggregate"
    field = "" if isinstance(aggregate, Count) else text(aggregate.field, f"{path}.input")
    if not isinstance(aggregate, Count) and field not in types:
        raise invalid_definition(f"{path}.input", field, "the name of an event field")
    if isinstance(aggregate, LastN) and not types[field].removeprefix("VALUE_TYPE_").isalnum():
        raise invalid_definition(f"{path}.input", field, "a field of a single value")
    n = aggregate.n if isinstance(aggregate, LastN) else 0
    if not isinstance(n, int) or isinstance(n, bool) or not 0 <= n < 2**32:
        raise invalid_definition(f"{path}.n", n, "a whole number, 1 to 1,000")
    return definitions_pb2.Feature(
        name=text(name, path),
        type=_result_type(aggregate._function, types.get(field, "")),
        description=text(aggregate.description, f"{path}.description"),
        aggregate=definitions_pb2.Aggregate(
            function=f"AGGREGATE_FUNCTION_{aggregate._function}",
            input=field,
            window_ms=_window_ms(window, f"{path}.window_ms"),
            filter=text(aggregate.where, f"{path}.filter"),
            n=n,
        ),
    )


def _result_type(function: str, field: str) -> str:
    """The registry says where a function does not take the type."""
    if function == "COUNT":
        return "VALUE_TYPE_INT64"
    if function in ("MEAN", "STDDEV"):
        return "VALUE_TYPE_DOUBLE"
    if function == "SUM":
        is_whole = field in ("VALUE_TYPE_INT32", "VALUE_TYPE_INT64")
        return "VALUE_TYPE_INT64" if is_whole else "VALUE_TYPE_DOUBLE"
    return f"{field}_LIST" if function == "LAST_N" else field


def _window_ms(window: object, path: str) -> int:
    if window in ("lifetime", "0"):
        return 0
    match = _DURATION.fullmatch(window) if isinstance(window, str) else None
    if match is not None:
        duration_ms = int(match[1]) * _UNITS_MS[match[2]]
        if duration_ms <= _DURATION_MS_MAX:
            return duration_ms
    hint = 'Write it like "15m", "1h", "7d" or "lifetime".'
    raise invalid_definition(path, window, "a window like 15m, 1h or 7d", hint)


def _instant_us(instant: object, path: str) -> int | None:
    if instant is None:
        return None
    if not isinstance(instant, datetime) or instant.tzinfo is None:
        raise invalid_definition(path, instant, "a datetime with a zone")
    return (instant - _EPOCH) // timedelta(microseconds=1)
