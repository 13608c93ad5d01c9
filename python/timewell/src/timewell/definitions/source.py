"""Files that hold the history of a view."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import timedelta
from typing import ClassVar

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions._checks import duration_ms, invalid_definition, text, text_map
from timewell.definitions._own_parts import own_parts


@dataclass(frozen=True)
class FileSource:
    """Files that hold the history of a view: a `ParquetSource` or a `CsvSource`."""

    path: str | os.PathLike[str]
    """Of a file, or of a folder for all its files of the format, in name order.

    Relative to the data root of the servers, or absolute below one of their allowed roots.
    """
    _: KW_ONLY
    event_time: str
    """Column with the time when it happened. Naive timestamps are UTC."""
    created_time: str = ""
    """Column with the time when the row was first known. Not together with `availability_delay`."""
    availability_delay: timedelta | None = None
    """How long after its event a row is known. Not together with `created_time`."""
    columns: Mapping[str, str] | None = None
    """Feature or join key name to column name, where they differ."""

    _format: ClassVar[definitions_pb2.FileFormat] = definitions_pb2.FILE_FORMAT_UNSPECIFIED

    def __post_init__(self) -> None:
        text_map(self.columns, f"{type(self).__name__}.columns")
        own_parts(self, "columns")


class ParquetSource(FileSource):
    """History in Apache Parquet files.

    Example:
        ParquetSource("airport_hourly", event_time="hour", created_time="loaded_at")
    """

    _format = definitions_pb2.FILE_FORMAT_PARQUET


class CsvSource(FileSource):
    """History in comma-separated files with a header line.

    Example:
        CsvSource("weather.csv", event_time="at", availability_delay=timedelta(minutes=15))
    """

    _format = definitions_pb2.FILE_FORMAT_CSV


def source_message(source: object, path: str) -> definitions_pb2.BatchSource | None:
    """The message of a source; None where there is none."""
    if source is None:
        return None
    if not isinstance(source, FileSource):
        raise invalid_definition(path, source, "a ParquetSource or a CsvSource")
    file = os.fspath(source.path) if isinstance(source.path, os.PathLike) else source.path
    delay = source.availability_delay
    delay_ms = None if delay is None else duration_ms(delay, f"{path}.availability_delay")
    return definitions_pb2.BatchSource(
        format=source._format,
        path=text(file, f"{path}.path"),
        event_time_column=text(source.event_time, f"{path}.event_time"),
        created_time_column=text(source.created_time, f"{path}.created_time"),
        availability_delay_ms=delay_ms,
        field_mapping=text_map(source.columns, f"{path}.columns"),
    )
