"""A training set made of FeatureLookups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING

import pyarrow as pa

from timewell._training.parquet_file import ParquetFile
from timewell.receipt import Receipt
from timewell.training_set import TrainingSet

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class LookupTrainingSet:
    """Columns of `df` and the features that were looked up for each of its rows, in order.

    Nothing is read before one of its methods reads it. Every time it is read it is the same.
    """

    def __init__(
        self,
        training_set: TrainingSet,
        names: Mapping[str, str],
        *,
        label: Sequence[str],
        feature_names: Sequence[str],
    ) -> None:
        """Clients make it. `names`: column of the server to column of the caller."""
        self._training_set = training_set
        self._names = names
        self._label = tuple(label)
        self._feature_names = tuple(feature_names)

    @property
    def id(self) -> str:
        """Names it for ever; asks the server where nothing was read yet."""
        return self._training_set.id

    @property
    def receipt(self) -> Receipt:
        """What it is made of, under the names of the server; known once it was read."""
        return self._training_set.receipt

    @property
    def is_read(self) -> bool:
        """True once it was read to its end and has a receipt."""
        return self._training_set.is_read

    @property
    def label(self) -> tuple[str, ...]:
        """The columns that a model is to predict."""
        return self._label

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in order: those of `df`, then the features."""
        return tuple(self._names.values())

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that a model is fitted on: all but the label."""
        return tuple(name for name in self.columns if name not in self._label)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The columns that were looked up."""
        return self._feature_names

    @property
    def renames(self) -> Mapping[str, str]:
        """Column of the server to the column that it is here."""
        return dict(self._names)

    def load_df(self) -> pd.DataFrame:
        """All rows as a pandas frame."""
        frame: pd.DataFrame = self._training_set.to_pandas().rename(columns=dict(self._names))
        return frame

    def to_pandas(self) -> pd.DataFrame:
        """The same as `load_df`."""
        return self.load_df()

    def to_arrow(self) -> pa.Table:
        """All rows as an Arrow table."""
        table = self._training_set.to_arrow()
        return table.rename_columns(self._renamed(table.schema))

    def to_polars(self) -> pl.DataFrame:
        """All rows as a Polars frame."""
        return self._training_set.to_polars().rename(dict(self._names))

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in Arrow batches, as they come."""
        for batch in self._training_set.to_batches():
            yield batch.rename_columns(self._renamed(batch.schema))

    def to_parquet(self, path: str | PathLike[str]) -> Receipt:
        """Writes all rows to a Parquet file, batch by batch; it appears whole or not at all."""
        schema = None
        with ParquetFile(path) as file:
            for batch in self.to_batches():
                schema = batch.schema
                file.write(batch)
            file.finish(schema if schema is not None else self.to_arrow().schema)
        return self.receipt

    def _renamed(self, schema: pa.Schema) -> list[str]:
        return [self._names[name] for name in schema.names]

    def __repr__(self) -> str:
        return f"LookupTrainingSet(columns={list(self.columns)}, {self._training_set!r})"
