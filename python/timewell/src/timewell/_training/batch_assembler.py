"""Puts Arrow messages together from the parts of a stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pyarrow as pa

from timewell.errors import DataLossError

Decoded = TypeVar("Decoded")


class BatchAssembler:
    """The schema, and the parts of the batch that is on its way."""

    def __init__(self) -> None:
        self._schema: pa.Schema | None = None
        self._schema_parts: list[memoryview] = []
        self._parts: list[memoryview] = []

    @property
    def schema(self) -> pa.Schema:
        """The columns. DATA_LOSS where no schema came."""
        if self._schema_parts:
            schema = _decoded(lambda: pa.ipc.read_schema(_joined(self._schema_parts)))
            self._schema_parts = []
            if self._schema is not None and not schema.equals(self._schema, check_metadata=True):
                raise _damaged("its columns have changed")
            self._schema = schema
        if self._schema is None:
            raise _damaged("it has no columns")
        return self._schema

    def restart(self) -> None:
        """Forgets the parts of what is not whole."""
        self._parts = []
        self._schema_parts = []

    def add_schema(self, part: memoryview) -> None:
        """A part of the schema message."""
        self._schema_parts.append(part)

    def add(self, part: memoryview) -> None:
        """A part of a batch."""
        self._parts.append(part)

    def finish(self) -> tuple[pa.RecordBatch, pa.Message]:
        """The batch of the parts so far; its columns lie in the message, nothing is copied."""
        buffer = _joined(self._parts)
        self._parts = []
        schema = self.schema

        def read() -> tuple[pa.RecordBatch, pa.Message]:
            message = pa.ipc.read_message(buffer)
            return pa.ipc.read_record_batch(message, schema), message

        return _decoded(read)


def _decoded(read: Callable[[], Decoded]) -> Decoded:
    try:
        return read()
    except (pa.ArrowException, OSError, EOFError) as cause:
        raise _damaged(f"its bytes are no Arrow: {cause}") from cause


def _joined(parts: list[memoryview]) -> pa.Buffer:
    """One buffer, aligned as Arrow wants it."""
    buffer = pa.allocate_buffer(sum(len(part) for part in parts))
    view = memoryview(buffer).cast("B")
    at = 0
    for part in parts:
        view[at : at + len(part)] = part
        at += len(part)
    return buffer


def _damaged(problem: str) -> DataLossError:
    return DataLossError(
        "DATA_LOSS", f"Cannot read the training set: {problem}", hint="Ask for it again."
    )
