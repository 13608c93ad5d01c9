"""Models of features that were looked up a table at a time, and of a maximal age."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest
from sklearn.impute import SimpleImputer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
from sklearn.tree import DecisionTreeClassifier  # type: ignore[import-untyped]

import timewell.mlflow
from flight_models import AT, KEYS, log_model
from quiet_mlflow import mlflow
from timewell import FeatureLookup
from timewell.client import Client

# MLflow and what it uses warn of their own affairs.
pytestmark = pytest.mark.filterwarnings("ignore::Warning")


def test_feature_lookups_are_found_again_with_the_names_that_they_had(
    client: Client, frame: pd.DataFrame
) -> None:
    lookups = [
        FeatureLookup(
            "airport_hourly",
            ["mean_delay", "departures"],
            "origin",
            timestamp_lookup_key="event_timestamp",
        ),
        FeatureLookup(
            "airport_hourly",
            "mean_delay",
            "destination",
            timestamp_lookup_key="event_timestamp",
            rename_outputs={"mean_delay": "there"},
        ),
    ]
    labels = frame.iloc[:, :4].assign(distance=100.0)
    training_set = client.create_training_set(
        labels,
        lookups,
        label="label",
        exclude_columns=["origin", "destination", "event_timestamp"],
    )
    joined = training_set.load_df()
    assert training_set.inputs == ("distance", "mean_delay", "departures", "there")
    assert sorted(joined.columns) == sorted([*training_set.inputs, "label"])
    by_hand = frame.set_index(joined.index)
    assert joined["there"].equals(by_hand["destination__mean_delay"])

    model = make_pipeline(SimpleImputer(), LogisticRegression())
    # Without names of its own: those of the training set, in its order.
    model.fit(joined[list(training_set.inputs)].to_numpy("float64"), joined["label"])
    info = log_model(model, "lookups", training_set=training_set, client=client)
    keys = KEYS.assign(distance=[1.0, 2.0, 3.0])
    scored = timewell.mlflow.score_batch(info.model_uri, keys, client=client, as_of=AT)
    assert list(scored.columns) == [
        *["origin", "destination", "distance"],
        *["mean_delay", "departures", "there", "prediction"],
    ]
    names = ["origin__mean_delay", "origin__departures", "destination__mean_delay"]
    by_service = client.get_historical_features(KEYS, service="delay_v1", as_of=AT).to_pandas()
    assert scored["there"].equals(by_service[names[2]])
    assert scored["departures"].equals(by_service[names[1]])


def test_lookups_with_and_without_times_go_together(client: Client, frame: pd.DataFrame) -> None:
    departures = FeatureLookup(
        "airport_hourly", "departures", "origin", timestamp_lookup_key="event_timestamp"
    )
    latest = FeatureLookup("route_daily", "flights")
    labels = frame.iloc[:50, :4]
    training_set = client.create_training_set(labels, [departures, latest], "label", as_of=AT)
    joined = training_set.load_df()
    inputs = ["departures", "flights"]
    info = log_model(
        DecisionTreeClassifier().fit(joined[inputs].astype("float64"), joined["label"]),
        "mixed",
        training_set=training_set,
        client=client,
        serialization_format="cloudpickle",
    )

    def scored(keys: pd.DataFrame, as_of: datetime | None = None) -> list[bool]:
        found = timewell.mlflow.score_batch(info.model_uri, keys, client=client, as_of=as_of)
        return [bool(found[name].notna().iloc[0]) for name in inputs]

    timed = KEYS.head(1).assign(event_timestamp=AT)
    assert scored(timed) == [True, False], "what has no times is looked up now"
    assert scored(timed, AT) == [True, True]
    assert scored(KEYS.head(1), AT) == [True, True]
    assert scored(KEYS.head(1)) == [False, False]


def test_a_maximal_age_of_the_training_set_holds_when_scoring(
    client: Client, frame: pd.DataFrame
) -> None:
    training_set = client.get_historical_features(
        frame.iloc[:50, :4],
        features=["route_daily:flights"],
        max_age=timedelta(hours=11),
        mode="EVENT_TIME",
    )
    joined = training_set.to_pandas()
    tree = DecisionTreeClassifier().fit(
        joined[["route_daily__flights"]].astype("float64"), joined["label"]
    )
    options = {"training_set": training_set, "serialization_format": "cloudpickle"}
    info = log_model(tree, "fresh", **options)
    record = mlflow.models.get_model_info(info.model_uri).metadata["timewell"]
    assert (record["mode"], record["max_age_ms"]) == ("EVENT_TIME", 11 * 3_600_000)
    # The row of a day has its event time at midnight: at 10 it is 10 hours old, at noon 12.
    for hour, is_fresh in ((10, True), (12, False)):
        scored = timewell.mlflow.score_batch(
            info.model_uri, KEYS.head(1), client=client, as_of=AT.replace(hour=hour)
        )
        assert scored["route_daily__flights"].notna().iloc[0] == is_fresh
