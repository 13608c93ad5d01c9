"""Keeps rows that can be read only once in a temporary file, so that they can be read again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from weakref import finalize

import pyarrow as pa


class _Spool:
    """A temporary file with batches; it goes when nobody can read it any more."""

    def __init__(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        with tempfile.NamedTemporaryFile(
            prefix="timewell-labels-", suffix=".arrow", delete=False
        ) as file:
            self._path = Path(file.name)
            finalize(self, self._path.unlink, missing_ok=True)
            with pa.ipc.new_stream(file, schema) as writer:
                for batch in batches:
                    writer.write_batch(batch)

    def read(self) -> Iterator[pa.RecordBatch]:
        with pa.OSFile(str(self._path)) as file, pa.ipc.open_stream(file) as reader:
            yield from reader


def spool(
    schema: pa.Schema, batches: Iterable[pa.RecordBatch]
) -> Callable[[], Iterator[pa.RecordBatch]]:
    """Writes all batches to a temporary file, and returns how to read them."""
    return _Spool(schema, batches).read
