"""A Parquet file that appears whole or not at all."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from types import TracebackType

import pyarrow as pa
from pyarrow import parquet


class ParquetFile:
    """Takes batches, each of which becomes a row group."""

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = Path(path)
        self._temporary = self._path.with_name(f".{self._path.name}.part")
        self._writer: parquet.ParquetWriter | None = None

    def __enter__(self) -> ParquetFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._writer is not None:
            self._writer.close()
        self._temporary.unlink(missing_ok=True)

    def write(self, batch: pa.RecordBatch) -> None:
        """Appends a batch."""
        self._open(batch.schema).write_batch(batch)

    def finish(self, schema: pa.Schema) -> None:
        """Makes the file appear under its name."""
        self._open(schema).close()
        self._writer = None
        self._temporary.replace(self._path)

    def _open(self, schema: pa.Schema) -> parquet.ParquetWriter:
        if self._writer is None:
            self._writer = parquet.ParquetWriter(self._temporary, schema, compression="zstd")
        return self._writer
