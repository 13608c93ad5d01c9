"""Scoring with nothing but keys."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from timewell._contracts.retrieval.v1 import retrieval_pb2
from timewell._contracts.types.v1.value_pb2 import ValueType
from timewell._labels.label_columns import label_columns
from timewell._labels.local_labels import LocalLabels
from timewell._labels.read_labels import read_labels
from timewell._labels.with_instant import AS_OF, with_instant
from timewell._training.to_pandas import to_pandas
from timewell._values.arrow_type import arrow_type
from timewell._values.instant import Instant, instant_us
from timewell._values.require_module import require_module
from timewell.client import Client
from timewell.errors import InvalidRequestError
from timewell.mlflow._client_for import client_for
from timewell.mlflow._feature_request import FeatureRequest, feature_request
from timewell.mlflow._model_inputs import model_inputs
from timewell.mlflow._model_record import ModelRecord, model_record
from timewell.mlflow._signature import input_types
from timewell.training_set import TrainingSet

if TYPE_CHECKING:
    import pandas as pd

_MODES = {
    "": retrieval_pb2.MODE_UNSPECIFIED,
    "EVENT_TIME": retrieval_pb2.MODE_EVENT_TIME,
    "AVAILABLE": retrieval_pb2.MODE_AVAILABLE,
}


def score_batch(
    model_uri: str,
    keys: Any,
    *,
    client: Client | None = None,
    as_of: Instant | None = None,
    result_column: str = "prediction",
) -> pd.DataFrame:
    """Joins the features of a model to keys, point in time, and predicts.

    The model itself says which features it reads, from which version of which view, and in which
    order; later revisions of its feature service do not change that.

    Args:
        model_uri: A model that `log_model` has logged, for example `models:/delay/3`.
        keys: Rows with the join keys, request data, and what else the model reads: a pandas,
            Polars or pyarrow table, rows as dicts, or a path. A feature that is a column of them is
            taken from there.
        client: A client of the project whose features it reads. None: one from the environment.
        as_of: The instant at which to look. None: the event time of each row, where the keys have
            that column, else now.
        result_column: The column of the predictions.

    Returns:
        The columns of `keys`, then the features that were joined, then the prediction: a model that
        answers several columns has `prediction_0`, `prediction_1`, or their own names.

    Raises:
        StateError: The model was logged without a training set; or one of its on-demand features
            means something else by now (BREAKING_CHANGE).
        NotFoundError: A view that it reads is gone.
    """
    info = require_module("mlflow.models", "mlflow").get_model_info(model_uri)
    record = model_record(info.metadata, model_uri)
    if client is not None and client.project != record.project:
        raise InvalidRequestError(
            "INVALID_REQUEST",
            f"Cannot score: {model_uri} reads features of project {record.project}, the client is "
            f"of project {client.project}",
            field="client",
            hint=f"Use Client(..., project={record.project!r}).",
        )
    labels = _local(keys, record)
    with client_for(client, project=record.project) as used:
        table = _join(used, record, labels, as_of)
    frame = to_pandas(table)
    types = input_types(record, labels.columns.schema)
    model = require_module("mlflow.pyfunc", "mlflow").load_model(model_uri)
    predicted = model.predict(model_inputs(table, record.inputs, types))
    return _with_result(frame, predicted, result_column, keys)


def _local(keys: Any, record: ModelRecord) -> LocalLabels:
    types = {
        name: arrow_type(ValueType.Value(f"VALUE_TYPE_{kind}"))
        for name, kind in record.key_types.items()
    }
    labels = read_labels(keys, (), types)
    if isinstance(labels, LocalLabels):
        return labels
    raise InvalidRequestError(
        "INVALID_LABELS",
        f"Cannot score: got {type(keys).__name__}, expected rows that are here",
        field="keys",
        hint="Send a pandas, Polars or pyarrow table, rows as dicts, or a path.",
    )


def _join(
    client: Client, record: ModelRecord, labels: LocalLabels, as_of: Instant | None
) -> pa.Table:
    """The keys with all features of the model that they do not have."""
    given = labels.columns.schema.names
    context = client._context
    asked = client._transport.run(feature_request(context, record, given, own_times=as_of is None))
    if asked is None:
        return pa.Table.from_batches(list(labels.batches()), labels.columns.schema)
    request = asked.request
    request.columns.extend([*given, *asked.names])
    request.drop_labels = True
    request.mode = _MODES[record.mode]
    if record.max_age_ms is not None:
        request.max_age_ms = record.max_age_ms
    sent = _with_times(request, asked, record, labels, as_of)
    joined = TrainingSet(context.options, client._transport, request, sent).to_arrow()
    return joined.rename_columns([asked.names.get(name, name) for name in joined.column_names])


def _with_times(
    request: retrieval_pb2.GetTrainingSetRequest,
    asked: FeatureRequest,
    record: ModelRecord,
    labels: LocalLabels,
    as_of: Instant | None,
) -> LocalLabels:
    """Says at which instants to look: those of the request, of the keys, or now."""
    schema = labels.columns.schema
    own = list(asked.time_columns)
    if as_of is None and record.event_time_column in schema.names:
        request.event_time_column = record.event_time_column
        times = dict.fromkeys([record.event_time_column, *own])
        return replace(labels, columns=label_columns(schema, list(times)))
    instant = time.time_ns() // 1_000 if as_of is None else instant_us(as_of, "as_of")
    checked = replace(labels, columns=label_columns(schema, own))
    if own:
        # The server looks as of one instant, or at the times of columns.
        request.event_time_column = AS_OF
        return with_instant(checked, AS_OF, instant)
    request.as_of_us = instant
    return checked


def _with_result(frame: pd.DataFrame, predicted: Any, column: str, keys: Any) -> pd.DataFrame:
    """The frame with one more column, or with those of a model that predicts several."""
    pandas = require_module("pandas", "pandas")
    if isinstance(keys, pandas.DataFrame):
        frame.index = keys.index
    if getattr(predicted, "ndim", 1) == 2 and predicted.shape[1] > 1:
        several = pandas.DataFrame(predicted)
        for name in several.columns:
            frame[f"{column}_{name}"] = several[name].to_numpy()
        return frame
    if isinstance(predicted, pandas.DataFrame):
        predicted = predicted.iloc[:, 0].to_numpy()
    frame[column] = predicted.reshape(-1) if hasattr(predicted, "reshape") else list(predicted)
    return frame
