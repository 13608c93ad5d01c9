"""Training sets as data sets of PyTorch and its like."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from timewell.errors import InvalidRequestError

if TYPE_CHECKING:
    from timewell.training_set import TrainingSet

Batch = dict[str, Any]
"""Column name to values: NumPy arrays, or tensors."""


class Dataset:
    """Batches of a part of a training set, to be iterated as often as wanted.

    Workers of a PyTorch loader divide the part among them: worker w of m reads every m-th share of
    it, so that all of them together read each row once. PyTorch is not imported for that; it can be
    given to `torch.utils.data.DataLoader(dataset, batch_size=None)` nevertheless.

    Each batch is a dict of NumPy arrays. NULL is NaN in numbers, None in text; columns of lists
    and vectors of equal length are arrays of two dimensions.
    """

    def __init__(
        self,
        training_set: TrainingSet,
        *,
        shard: int = 0,
        shards: int = 1,
        batch_rows: int | None = None,
        columns: Sequence[str] | None = None,
        convert: Callable[[Any], Any] | None = None,
    ) -> None:
        """`TrainingSet.dataset` makes it."""
        if batch_rows is not None and batch_rows < 1:
            raise InvalidRequestError(
                "INVALID_REQUEST",
                f"Cannot make batches of {batch_rows} rows: expected at least 1",
                field="batch_rows",
            )
        # The whole is fixed now, so that every worker reads the same.
        self._training_set = training_set
        self._rows = training_set.rows
        self._shard = shard
        self._shards = shards
        self._batch_rows = batch_rows
        self._columns = columns
        self._convert = convert
        training_set.shard(shard, shards)

    @property
    def rows(self) -> int:
        """Rows of the part, of all workers together."""
        first = self._shard * self._rows // self._shards
        return (self._shard + 1) * self._rows // self._shards - first

    def __iter__(self) -> Iterator[Batch]:
        worker, workers = _worker()
        part = self._training_set.shard(self._shard * workers + worker, self._shards * workers)
        for batch in _resized(part.to_batches(progress=False), self._batch_rows):
            yield self._plain(batch)

    def _plain(self, batch: pa.RecordBatch) -> Batch:
        names = self._columns if self._columns is not None else batch.schema.names
        plain = {name: _array(batch.column(name)) for name in names}
        if self._convert is None:
            return plain
        return {name: self._convert(values) for name, values in plain.items()}


def _worker() -> tuple[int, int]:
    """Which of how many workers of a loader this process is; (0, 1) outside of one."""
    data = sys.modules.get("torch.utils.data")
    info = None if data is None else data.get_worker_info()
    return (0, 1) if info is None else (info.id, info.num_workers)


def _resized(
    batches: Iterator[pa.RecordBatch], rows_wanted: int | None
) -> Iterator[pa.RecordBatch]:
    """Batches of exactly so many rows, the last one perhaps of fewer."""
    if rows_wanted is None:
        yield from batches
        return
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        at = 0
        while batch.num_rows - at >= rows_wanted - rows:
            waiting.append(batch.slice(at, rows_wanted - rows))
            at += rows_wanted - rows
            yield _whole(waiting)
            waiting, rows = [], 0
        if at < batch.num_rows:
            waiting.append(batch.slice(at))
            rows += batch.num_rows - at
    if waiting:
        yield _whole(waiting)


def _whole(parts: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(parts) == 1:
        return parts[0]
    (batch,) = pa.Table.from_batches(parts).combine_chunks().to_batches()
    return batch


def _array(column: pa.Array) -> Any:
    kind = column.type
    is_list = pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind)
    if is_list and column.null_count == 0 and len(column) > 0:
        values = column.flatten()
        width, rest = divmod(len(values), len(column))
        if rest == 0 and width > 0 and _are_equally_long(column, width):
            return values.to_numpy(zero_copy_only=False).reshape(len(column), width)
    return column.to_numpy(zero_copy_only=False)


def _are_equally_long(column: pa.Array, width: int) -> bool:
    if pa.types.is_fixed_size_list(column.type):
        return True
    lengths = column.value_lengths()
    unique = lengths.unique()
    return len(unique) == 1 and unique[0].as_py() == width
