"""Training sets in the form that Databricks has."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from timewell._operations.create_training_set import LookupRead, create_training_set
from timewell._sync.client_base import ClientBase
from timewell._values.instant import Instant
from timewell.feature_lookup import FeatureLookup
from timewell.lookup_training_set import LookupTrainingSet
from timewell.training_set import TrainingSet


class LookupCalls(ClientBase):
    """Training sets by FeatureLookup."""

    def create_training_set(
        self,
        df: Any,
        feature_lookups: Sequence[FeatureLookup],
        label: str | Sequence[str] | None = None,
        exclude_columns: Sequence[str] = (),
        *,
        as_of: Instant | None = None,
    ) -> LookupTrainingSet:
        """Looks features up for each row of a frame, in the words of Databricks.

        The rows come back once each, in order: their own columns, then the features.

        Args:
            df: A pandas, Polars or pyarrow table, rows as dicts, or a path.
            feature_lookups: Which features, found by which columns.
            label: The column, or columns, that a model is to predict. None: there is none.
            exclude_columns: Columns of `df`, and features, that `load_df` leaves out.
            as_of: The instant of lookups without a `timestamp_lookup_key`. None: now.

        Raises:
            InvalidRequestError: A lookup does not fit its view or `df`.
            NotFoundError: A view or feature is not there.
        """
        now_us = time.time_ns() // 1_000
        read = LookupRead(
            df, feature_lookups, label, exclude_columns, now_us if as_of is None else as_of
        )
        parts = self._transport.run(create_training_set(self._context, read))
        joined = TrainingSet(self._context.options, self._transport, parts.request, parts.labels)
        return LookupTrainingSet(
            joined, parts.names, label=parts.label, feature_names=parts.feature_names
        )
