"""Labels of this process, which are sent with the call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from timewell._labels.label_columns import LabelColumns

_BATCH_ROWS = 65_536
_CHUNK_BYTES = 1024 * 1024
_END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"


@dataclass(frozen=True)
class LocalLabels:
    """Label rows that can be read again from the first, as often as a cut stream needs them."""

    columns: LabelColumns
    read: Callable[[], Iterator[pa.RecordBatch]]
    """Begins to read."""
    pandas_types: Mapping[str, Any] = field(default_factory=dict)
    """Types of the columns of a pandas frame, which its own columns get back."""
    polars_types: Mapping[str, Any] = field(default_factory=dict)
    """Likewise of a Polars frame."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows as they are sent, at most 65,536 a batch."""
        first_row = 0
        for given in self.read():
            for at in range(0, given.num_rows, _BATCH_ROWS):
                batch = given.slice(at, _BATCH_ROWS)
                yield self.columns.sent(batch, first_row)
                first_row += batch.num_rows

    def chunks(self) -> Iterator[bytes]:
        """One Arrow IPC stream, at most 1 MiB a piece."""
        waiting = bytearray(self.columns.schema.serialize())
        for batch in self.batches():
            waiting += batch.serialize()
            at = 0
            while len(waiting) - at >= _CHUNK_BYTES:
                yield bytes(memoryview(waiting)[at : at + _CHUNK_BYTES])
                at += _CHUNK_BYTES
            waiting = waiting[at:]
        yield bytes(waiting + _END_OF_STREAM)
