"""Predictions for joined rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from timewell._training.to_pandas import to_pandas
from timewell._values.require_module import require_module
from timewell.errors import InvalidRequestError

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class Score:
    """Predicts batch by batch, and gathers the columns of the keys with the predictions."""

    model: Any
    """Has predict(frame), or is a function of a frame."""
    columns: Sequence[str] | None
    """What the model reads, in the order of its training. None: what it says, else all features."""
    key_columns: Sequence[str]
    """Columns to keep; empty: all that the model does not read."""
    prediction_column: str
    _frames: list[Any] = field(default_factory=list)

    def add(self, batch: pa.RecordBatch) -> None:
        """Predicts for one batch."""
        frame = to_pandas(pa.Table.from_batches([batch]))
        names = list(frame.columns)
        inputs = self._inputs(names)
        predict = getattr(self.model, "predict", self.model)
        predicted = predict(frame[inputs])
        kept = frame[self._kept(names, inputs)].copy()
        kept[self.prediction_column] = predicted
        self._frames.append(kept)

    def result(self, schema: pa.Schema) -> pd.DataFrame:
        """All rows in order."""
        pandas = require_module("pandas", "pandas")
        if not self._frames:
            kept = self._kept(schema.names, self._inputs(schema.names))
            empty = to_pandas(pa.Table.from_batches([], schema))[kept].copy()
            empty[self.prediction_column] = pandas.Series([], dtype="float64")
            self._frames.append(empty)
        whole: pd.DataFrame = pandas.concat(self._frames, ignore_index=True)
        return whole

    def _kept(self, names: list[str], inputs: list[str]) -> list[str]:
        own = [name for name in self.key_columns if name in names]
        return own or [name for name in names if name not in inputs]

    def _inputs(self, names: list[str]) -> list[str]:
        own = getattr(self.model, "feature_names_in_", None)
        wanted = self.columns if self.columns is not None else own
        if wanted is None and not self.key_columns:
            raise InvalidRequestError(
                "INVALID_REQUEST",
                "Cannot score: it is not known which columns the model reads",
                field="columns",
                hint="Name them with columns, in the order of its training.",
            )
        if wanted is None:
            return [name for name in names if name not in self.key_columns]
        missing = [name for name in wanted if name not in names]
        if missing:
            raise InvalidRequestError(
                "INVALID_REQUEST",
                f"Cannot score: the model reads {missing[0]!r}, which is not among the joined"
                f" columns {', '.join(names)}",
                field="columns",
                hint="Name the feature service that the model was trained with.",
            )
        return list(wanted)
