"""The client for asyncio."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from timewell._operations.get_historical_features import (
    HistoricalRead,
    Order,
    get_historical_features,
)
from timewell._operations.get_online_features import OnlineRead, get_online_features
from timewell._operations.selection import selection
from timewell._training.score import Score
from timewell._values.instant import Instant
from timewell._values.rows import Rows
from timewell.aio._ingestion_calls import IngestionCalls
from timewell.aio._registry_calls import RegistryCalls
from timewell.aio._snapshots import Snapshots
from timewell.aio.training_set import TrainingSet
from timewell.aio.training_sets import TrainingSets
from timewell.labels import Labels
from timewell.online_features import OnlineFeatures
from timewell.push_result import PushResult
from timewell.receipt import Mode

if TYPE_CHECKING:
    import pandas as pd


class Client(RegistryCalls, IngestionCalls):
    """A client of one project for asyncio: what `timewell.Client` is, to be awaited.

    What is not given comes from the environment, as for the command line (TIMEWELL_URL,
    TIMEWELL_SERVING, TIMEWELL_PROJECT, TIMEWELL_TOKEN and so on), else it is a server on this
    machine. Connections are made with the first calls, and calls that only read are sent again
    where a server is not there for a moment. Every failure is a TimewellError. Tasks of
    one event loop may share a client.

    Example:
        async with Client("http://127.0.0.1", project="flights") as client:
            answer = await client.get_online_features(service="delay_v1", rows=[{"origin": "SEA"}])
    """

    @property
    def training_sets(self) -> TrainingSets:
        """Stored training sets: list, describe, rebuild, diff."""
        return TrainingSets(self._context, self._transport)

    @property
    def snapshots(self) -> Snapshots:
        """States of the offline store that training sets have read: list, describe."""
        return Snapshots(self._context, self._transport)

    async def get_online_features(
        self,
        *,
        rows: Rows,
        service: str | None = None,
        features: Sequence[str] | None = None,
        request_data: Rows | None = None,
        as_of: Instant | None = None,
        max_age: timedelta | None = None,
        include_times: bool = False,
        allow_partial: bool = False,
        after: PushResult | Iterable[PushResult] | None = None,
        timeout_s: float | None = None,
    ) -> OnlineFeatures:
        """Reads the latest features of entities, in the order of `rows`.

        Args:
            rows: Join keys and request data by name: dicts, or a pandas, Polars or pyarrow table.
            service: Feature service to read.
            features: Or features by reference: `view:feature`, `view:*`, `view@version:feature`.
            request_data: Request data, where it is not in `rows`; one row for each.
            as_of: Answers as of this instant. None: now.
            max_age: Older rows are EXPIRED. None: the ttl of each view alone.
            include_times: Answers event times and available times, too.
            allow_partial: What the store does not answer in time is UNAVAILABLE; the call does not
                fail then.
            after: Waits until the rows of this push, or of these, can be read, within the timeout.
            timeout_s: Seconds. None: that of the client.
        """
        read = OnlineRead(
            selection(service, features),
            rows,
            request_data,
            as_of,
            max_age,
            include_times,
            allow_partial,
            after,
            timeout_s,
        )
        return await self._transport.run(get_online_features(self._context, read))

    async def get_historical_features(
        self,
        labels: Labels,
        *,
        service: str | None = None,
        features: Sequence[str] | None = None,
        mode: Mode | None = None,
        event_time_column: str = "event_timestamp",
        columns: Sequence[str] | None = None,
        max_age: timedelta | None = None,
        order: Order = "labels",
        statuses: bool = False,
        snapshot: str | None = None,
        keep_labels: bool = True,
        as_of: Instant | None = None,
    ) -> TrainingSet:
        """Joins labels with history, point in time: each label row comes back once, in order.

        Nothing is read before a method of the training set reads it; what is wrong with the labels
        is said now.

        Args:
            labels: A pandas, Polars or pyarrow table, a reader or an iterable of batches, rows as
                dicts, the path of a Parquet, CSV, Feather or Arrow file, or a ServerPath.
            service: Feature service to join.
            features: Or features by reference: `view:feature`, `view:*`, `view@version:feature`.
            mode: Which history counts. None: for each view AVAILABLE where it records available
                times, else EVENT_TIME.
            event_time_column: Column with the instant of each row.
            columns: Columns to return, of labels and features alike, in this order. None: all.
            max_age: Older rows are EXPIRED. None: the ttl of each view alone.
            order: That of the labels, or by event time.
            statuses: Adds a column `<view or alias>__status` for each view.
            snapshot: Id of a snapshot to read, of an earlier training set. None: that of now.
            keep_labels: Whether the server keeps the labels, so that it can make the set again.
            as_of: One instant for all rows, instead of a column.
        """
        read = HistoricalRead(
            labels=labels,
            selection=selection(service, features),
            mode=mode,
            event_time_column=event_time_column,
            columns=columns,
            max_age=max_age,
            order=order,
            statuses=statuses,
            snapshot=snapshot,
            keep_labels=keep_labels,
            as_of=as_of,
        )
        parts = await self._transport.run(get_historical_features(self._context, read))
        return TrainingSet(self._context.options, self._transport, parts.request, parts.labels)

    async def get_batch_features(
        self,
        keys: Labels,
        *,
        as_of: Instant | None = None,
        service: str | None = None,
        features: Sequence[str] | None = None,
        mode: Mode | None = None,
        columns: Sequence[str] | None = None,
        max_age: timedelta | None = None,
        statuses: bool = False,
        snapshot: str | None = None,
        keep_labels: bool = False,
    ) -> TrainingSet:
        """Joins keys with history at one instant, `as_of` or now: the same join as for training.

        `keys` is what `labels` may be, and needs no times; the other arguments are those of
        `get_historical_features`.
        """
        return await self.get_historical_features(
            keys,
            service=service,
            features=features,
            mode=mode,
            columns=columns,
            max_age=max_age,
            statuses=statuses,
            snapshot=snapshot,
            keep_labels=keep_labels,
            as_of=datetime.now(timezone.utc) if as_of is None else as_of,
        )

    async def score_batch(
        self,
        model: Any,
        keys: Labels,
        *,
        as_of: Instant | None = None,
        service: str | None = None,
        features: Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
        prediction: str = "prediction",
        mode: Mode | None = None,
    ) -> pd.DataFrame:
        """Joins keys with history at one instant and predicts: the columns of `keys`, and one more.

        Args:
            model: Something with predict(frame), or a function of a frame. It gets frames of at
                most 65,536 rows.
            keys: As for `get_batch_features`.
            as_of: The instant. None: now.
            service: Feature service that the model was trained with.
            features: Or features by reference.
            columns: What the model reads, in the order of its training. None: what its
                `feature_names_in_` says, else all features in the order of the service.
            prediction: Name of the column with the predictions.
            mode: Which history counts.
        """
        joined = await self.get_batch_features(
            keys, as_of=as_of, service=service, features=features, mode=mode
        )
        return await joined.score(Score(model, columns, joined.label_columns, prediction))
