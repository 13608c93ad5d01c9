"""Topics whose records are written to a view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import timedelta
from typing import Literal

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions._checks import duration_ms, invalid_definition, text, text_map
from timewell.definitions._own_parts import own_parts

_FORMATS = {
    "json": "STREAM_FORMAT_JSON",
    "protobuf": "STREAM_FORMAT_PROTOBUF",
}
_UNITS = {
    "us": "TIME_UNIT_MICROSECONDS",
    "ms": "TIME_UNIT_MILLISECONDS",
    "s": "TIME_UNIT_SECONDS",
}


@dataclass(frozen=True)
class KafkaStream:
    """A topic of the Kafka cluster that ingestion is connected to.

    Example:
        KafkaStream("departures", format="json", event_time="at", columns={"delay": "delay.min"})
    """

    topic: str
    """Name of the topic."""
    _: KW_ONLY
    format: Literal["json", "protobuf"]
    """How values are encoded: JSON objects, or Protobuf messages without a registry's header."""
    event_time: str = ""
    """Path of the event time in the value, names joined by dots. Empty: the record's own time."""
    event_time_unit: Literal["us", "ms", "s"] | None = None
    """What a number in the event time counts. None: microseconds. Text is read as RFC 3339."""
    columns: Mapping[str, str] | None = None
    """Feature, event field or join key name to its path in the value, where they differ."""
    allowed_lateness: timedelta | None = None
    """Records whose event time is further back when they arrive go to quarantine. None: none."""
    message: str = ""
    """Protobuf only: full name of the message that a value is."""
    descriptor_set: bytes = b""
    """Protobuf only: a FileDescriptorSet, serialized, with the message and all it imports."""
    delete: str = ""
    """Path of a boolean that is true in records that delete.

    Empty: records with an empty value and the keys as JSON in the record's key delete.
    """

    def __post_init__(self) -> None:
        text_map(self.columns, f"{type(self).__name__}.columns")
        own_parts(self, "columns")


def stream_message(stream: object, path: str) -> definitions_pb2.StreamSource | None:
    """The message of a topic; None where there is none."""
    if stream is None:
        return None
    if not isinstance(stream, KafkaStream):
        raise invalid_definition(path, stream, "a KafkaStream")
    if not isinstance(stream.descriptor_set, bytes):
        raise invalid_definition(f"{path}.descriptor_set", stream.descriptor_set, "bytes")
    lateness, unit = stream.allowed_lateness, stream.event_time_unit
    lateness_path = f"{path}.allowed_lateness"
    return definitions_pb2.StreamSource(
        topic=text(stream.topic, f"{path}.topic"),
        format=_choose(_FORMATS, stream.format, f"{path}.format"),
        event_time_field=text(stream.event_time, f"{path}.event_time"),
        event_time_unit=None if unit is None else _choose(_UNITS, unit, f"{path}.event_time_unit"),
        field_mapping=text_map(stream.columns, f"{path}.columns"),
        allowed_lateness_ms=None if lateness is None else duration_ms(lateness, lateness_path),
        message_name=text(stream.message, f"{path}.message"),
        descriptor_set=stream.descriptor_set,
        delete_field=text(stream.delete, f"{path}.delete"),
    )


def _choose(choices: Mapping[str, str], name: object, path: str) -> str:
    if not isinstance(name, str) or name not in choices:
        raise invalid_definition(path, name, f"one of {', '.join(choices)}")
    return choices[name]
