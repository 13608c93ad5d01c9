"""A group of features of one entity that share a source and a ttl."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import timedelta

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions._checks import duration_ms, invalid_definition, text, text_map
from timewell.definitions._field_types import field_types
from timewell.definitions._own_parts import own_parts
from timewell.definitions.constraint import Constraint, constraint_messages
from timewell.definitions.entity import Entity
from timewell.definitions.feature import Feature, feature_message
from timewell.definitions.schedule import Schedule, schedule_message
from timewell.definitions.source import FileSource, source_message
from timewell.definitions.stream import KafkaStream, stream_message
from timewell.definitions.value_type import ValueType
from timewell.definitions.view import View


@dataclass(frozen=True, eq=False)
class FeatureView(View):
    """A group of features of one entity that share a source and a ttl.

    A service may use it as it is, under an alias, or in part.

    Example:
        airport_hourly = FeatureView(
            "airport_hourly",
            entity=airport,
            features={"departures": INT64, "mean_delay": Feature(DOUBLE, "Minutes")},
            ttl=timedelta(hours=6),
            source=ParquetSource("airport_hourly", event_time="hour"),
        )

    Raises:
        InvalidRequestError: INVALID_DEFINITION for a part of a wrong kind.
    """

    name: str
    """Unique among the views of the project, snake_case."""
    _: KW_ONLY
    entity: Entity
    """What the features describe."""
    features: Mapping[str, ValueType | Feature]
    """Name to type, in column order; at least 1, at most 1,000."""
    ttl: timedelta | None = None
    """How long a value stays alive after its event time, in whole ms. None or 0: for ever."""
    source: FileSource | None = None
    """Where history comes from. None: the view is filled by pushes only."""
    stream: KafkaStream | None = None
    """Topic whose records are written to the view as they come. None: none."""
    constraints: Sequence[Constraint] | None = None
    """What every row that is pushed or comes from a topic must keep; at most 100.

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
        own_parts(self, "features", "constraints", "tags")

    def feature_names(self) -> list[str]:
        """Names of its features, in column order."""
        return list(self.features)

    def to_message(self) -> definitions_pb2.FeatureView:
        """The message that the registry gets, a new one each time."""
        path = f"feature_views[{self.name}]"
        if not isinstance(self.entity, Entity):
            raise invalid_definition(f"{path}.entity", self.entity, "an Entity")
        if not isinstance(self.features, Mapping):
            raise invalid_definition(f"{path}.features", self.features, "a mapping of name to type")
        types = field_types(self.entity, self.features, f"{path}.features")
        constraints = constraint_messages(self.constraints, types, f"{path}.constraints")
        return definitions_pb2.FeatureView(
            name=text(self.name, f"{path}.name"),
            entity=self.entity.name,
            features=[
                feature_message(name, feature, f"{path}.features[{name}]")
                for name, feature in self.features.items()
            ],
            ttl_ms=0 if self.ttl is None else duration_ms(self.ttl, f"{path}.ttl"),
            batch_source=source_message(self.source, f"{path}.batch_source"),
            stream_source=stream_message(self.stream, f"{path}.stream_source"),
            constraints=constraints,
            schedule=schedule_message(self.schedule, f"{path}.schedule"),
            description=text(self.description, f"{path}.description"),
            owner=text(self.owner, f"{path}.owner"),
            tags=text_map(self.tags, f"{path}.tags"),
        )
