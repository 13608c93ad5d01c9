"""What the training sets of both clients share."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._labels.local_labels import LocalLabels
from timewell._training.pin import Pin, PinHolder
from timewell._training.to_pandas import to_pandas
from timewell._training.training_stream import TrainingStream
from timewell._values.require_module import require_module
from timewell.client_options import ClientOptions
from timewell.errors import InvalidRequestError
from timewell.receipt import Receipt

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_SHARDS_MAX = 10_000
Self = TypeVar("Self", bound="TrainingSetBase")


class TrainingSetBase(ABC):
    """A training set that can be asked for: nothing is read before one of its methods reads it.

    Every time it is read it is the same: the first time fixes snapshot and labels.
    """

    def __init__(
        self,
        options: ClientOptions,
        request: retrieval_pb2.GetTrainingSetRequest,
        labels: LocalLabels | None,
        holder: PinHolder | None = None,
        receipt: Receipt | None = None,
    ) -> None:
        """Clients make it."""
        self._options = options
        self._request = request
        self._labels = labels
        self._holder = holder or PinHolder()
        self._receipt = receipt

    @property
    def receipt(self) -> Receipt:
        """What it is made of; known once it was read to its end."""
        if self._receipt is None:
            raise InvalidRequestError(
                "INVALID_REQUEST",
                "Cannot give the receipt: the training set was not read to its end yet",
                hint="Read it first, for example with to_pandas().",
            )
        return self._receipt

    @property
    def is_read(self) -> bool:
        """True once it was read to its end and has a receipt."""
        return self._receipt is not None

    @property
    def label_columns(self) -> list[str]:
        """The columns of the labels; empty where they lie on the server."""
        return [] if self._labels is None else list(self._labels.columns.schema.names)

    def shard(self: Self, index: int, count: int) -> Self:
        """Part `index`, from 0, of `count` parts of the rows, which together are all rows in order.

        All shards of a training set read the same snapshot, in other processes too. INVALID_REQUEST
        for a shard of a shard, and for numbers out of range.
        """
        if self._request.HasField("shard"):
            raise InvalidRequestError(
                "INVALID_REQUEST", "Cannot make a shard of a shard", hint="Take it of the whole."
            )
        if not 1 <= count <= _SHARDS_MAX or not 0 <= index < count:
            raise InvalidRequestError(
                "INVALID_REQUEST",
                f"Cannot make shard {index} of {count}: expected 0 to count - 1 of at most"
                f" {_SHARDS_MAX}",
                field="shard",
                hint="Count shards from 0.",
            )
        request = retrieval_pb2.GetTrainingSetRequest()
        request.CopyFrom(self._request)
        request.shard.index = index
        request.shard.count = count
        return self._with_request(request)

    def shards(self: Self, count: int) -> list[Self]:
        """All `count` shards, in order."""
        return [self.shard(index, count) for index in range(count)]

    @abstractmethod
    def _with_request(self: Self, request: retrieval_pb2.GetTrainingSetRequest) -> Self:
        """The same training set, asked for otherwise."""

    @property
    def _pin(self) -> Pin | None:
        return self._holder.pin

    def _stream(self) -> TrainingStream:
        return TrainingStream(self._request, self._labels, self._holder)

    def _pandas(self, table: pa.Table) -> pd.DataFrame:
        """A frame; columns of labels that were a pandas frame have their own types again."""
        frame = to_pandas(table)
        own = self._labels.pandas_types if self._labels is not None else {}
        for name, own_type in own.items():
            is_other = name in frame.columns and frame[name].dtype != own_type
            if is_other and str(own_type) != "object":
                frame[name] = frame[name].astype(own_type)
        return frame

    def _polars(self, table: pa.Table) -> pl.DataFrame:
        """Likewise for Polars."""
        polars = require_module("polars", "polars")
        frame: pl.DataFrame = polars.from_arrow(table)
        own = self._labels.polars_types if self._labels is not None else {}
        casts = [
            polars.col(name).cast(own_type)
            for name, own_type in own.items()
            if name in frame.columns and frame.schema[name] != own_type
        ]
        return frame.with_columns(casts) if casts else frame

    def __repr__(self) -> str:
        pairs = ", ".join(f"{name}={value}" for name, value in self._facts().items())
        return f"{type(self).__name__}({pairs})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
            f"<td style='text-align:left'>{html.escape(str(value))}</td></tr>"
            for name, value in self._facts().items()
        )
        return f"<table><caption>Training set</caption><tbody>{rows}</tbody></table>"

    def _facts(self) -> dict[str, object]:
        """What people want to see of it."""
        request, pin, receipt = self._request, self._pin, self._receipt
        features = request.feature_service or ", ".join(request.features.references)
        facts: dict[str, object] = {"features": features or request.training_set_id or "lookups"}
        if request.HasField("shard"):
            facts["shard"] = f"{request.shard.index} of {request.shard.count}"
        if pin is not None:
            facts |= {"id": pin.training_set_id, "snapshot": pin.snapshot_id, "rows": pin.rows}
        if receipt is None:
            return facts | {"state": "not read yet"}
        facts |= {"rows": receipt.rows, "digest": receipt.digest}
        for view in receipt.views:
            counts = ", ".join(f"{count} {status}" for status, count in view.statuses.items())
            facts[view.name] = f"{view.view}@{view.version}, {view.mode}: {counts}"
        if receipt.warnings:
            facts["warnings"] = "; ".join(receipt.warnings)
        return facts
