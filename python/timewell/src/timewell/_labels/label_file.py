"""Labels of a file of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
from pyarrow import csv, ipc, parquet

from timewell.errors import InvalidRequestError, NotFoundError

Reader = tuple[pa.Schema, Callable[[], Iterator[pa.RecordBatch]]]
"""The columns of a file, and how to read it from the beginning."""


def label_file(path: Path, text_columns: Mapping[str, pa.DataType]) -> Reader:
    """Opens a Parquet, CSV, Feather or Arrow IPC file, by its ending.

    Columns of a CSV file have the types of `text_columns`, else those that their values look like.
    FILE_NOT_FOUND where there is none, INVALID_LABELS where it cannot be read.
    """
    if not path.is_file():
        raise NotFoundError(
            "FILE_NOT_FOUND",
            f"Cannot find the labels {str(path)!r}",
            field="labels",
            hint="Check the path; a file of the server is named by ServerPath.",
        )
    openers: Mapping[str, Callable[[], Reader]] = {
        ".parquet": lambda: _parquet(path),
        ".csv": lambda: _csv(path, text_columns),
        ".arrow": lambda: _arrow(path),
        ".feather": lambda: _arrow(path),
        ".ipc": lambda: _arrow(path),
    }
    opener = openers.get(path.suffix.lower())
    if opener is None:
        raise _invalid(
            path,
            f"unknown ending {path.suffix!r}",
            "Name a .parquet, .csv, .arrow or .feather file.",
        )
    try:
        return opener()
    except (pa.ArrowException, OSError) as cause:
        raise _invalid(path, str(cause), "Write the file again.") from cause


def _parquet(path: Path) -> Reader:
    def read() -> Iterator[pa.RecordBatch]:
        with parquet.ParquetFile(path) as file:
            yield from file.iter_batches()

    return parquet.read_schema(path).remove_metadata(), read


def _csv(path: Path, text_columns: Mapping[str, pa.DataType]) -> Reader:
    options = csv.ConvertOptions(column_types=dict(text_columns), strings_can_be_null=True)

    def open_file() -> csv.CSVStreamingReader:
        return csv.open_csv(path, convert_options=options)

    def read() -> Iterator[pa.RecordBatch]:
        with open_file() as reader:
            yield from reader

    with open_file() as first:
        return first.schema, read


def _arrow(path: Path) -> Reader:
    """The file form of Arrow IPC, which Feather is too, and its stream form."""
    with path.open("rb") as file:
        is_file = file.read(6) == b"ARROW1"

    def read() -> Iterator[pa.RecordBatch]:
        with pa.OSFile(str(path)) as source:
            if is_file:
                with ipc.open_file(source) as reader:
                    for i in range(reader.num_record_batches):
                        yield reader.get_batch(i)
            else:
                with ipc.open_stream(source) as stream:
                    yield from stream

    with pa.OSFile(str(path)) as source:
        opened = ipc.open_file(source) if is_file else ipc.open_stream(source)
        with opened:
            return opened.schema.remove_metadata(), read


def _invalid(path: Path, problem: str, hint: str) -> InvalidRequestError:
    message = f"Cannot read the labels {str(path)!r}: {problem}"
    return InvalidRequestError("INVALID_LABELS", message, field="labels", hint=hint)
