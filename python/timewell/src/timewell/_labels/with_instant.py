"""Labels with one more column, which holds one instant for all rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from timewell._labels.label_columns import label_columns
from timewell._labels.local_labels import LocalLabels

AS_OF = "__as_of"
"""Its name, where callers have none: no feature, and hardly a column of theirs, is called so."""
_TYPE = pa.timestamp("us", "UTC")


def with_instant(labels: LocalLabels, column: str, instant_us: int) -> LocalLabels:
    """Adds a column of that name, with an instant in µs UTC."""
    schema = labels.columns.schema.append(pa.field(column, _TYPE))

    def read() -> Iterator[pa.RecordBatch]:
        for batch in labels.read():
            instants = pa.repeat(pa.scalar(instant_us, _TYPE), batch.num_rows)
            columns = [*batch.columns, instants]
            names = [*batch.schema.names, column]
            yield pa.RecordBatch.from_arrays(columns, names)

    times = [*labels.columns.time_columns, column]
    return replace(labels, columns=label_columns(schema, times), read=read)
