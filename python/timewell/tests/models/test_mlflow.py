"""Models of scikit-learn and of Python's own, logged with a real MLflow, on real flights."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sklearn.impute import SimpleImputer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
from sklearn.tree import DecisionTreeClassifier  # type: ignore[import-untyped]

import timewell.mlflow
from flight_models import AT, KEYS, log_model, service_v
from flights import flight_features, flights_client
from quiet_mlflow import mlflow
from standalone_app import REPOSITORY, StandaloneApp
from timewell import BOOL, DOUBLE, FeatureService, OnDemandFeature
from timewell.client import Client
from timewell.errors import (
    AlreadyExistsError,
    InvalidRequestError,
    NotFoundError,
    StateError,
    UnavailableError,
)
from timewell.training_set import TrainingSet

# MLflow and what it uses warn of their own affairs.
pytestmark = pytest.mark.filterwarnings("ignore::Warning")


def test_a_model_of_scikit_learn_finds_its_features_again(
    client: Client, training_set: TrainingSet, model: Any
) -> None:
    info = log_model(model, "delay", training_set=training_set, client=client)
    keys = KEYS.assign(note=["a", "b", "c"])
    keys.index = pd.Index([7, 8, 9])
    scored = timewell.mlflow.score_batch(info.model_uri, keys, client=client, as_of=AT)
    names = ["route_daily__mean_delay", "origin__mean_delay", "origin__departures"]
    assert list(scored.columns) == ["origin", "destination", "note", *names, "prediction"]
    assert list(scored.index) == [7, 8, 9]
    assert scored["origin__departures"].isna().tolist() == [False, False, True]
    expected = model.predict(scored[names].astype("float64"))
    assert scored["prediction"].tolist() == expected.tolist()
    # The same as a join by hand at the same instant.
    by_hand = client.get_historical_features(KEYS, service="delay_v1", as_of=AT).to_pandas()
    pd.testing.assert_frame_equal(
        scored[names].reset_index(drop=True).astype("float64"), by_hand[names].astype("float64")
    )


def test_the_model_keeps_what_it_was_made_of(
    client: Client, training_set: TrainingSet, model: Any
) -> None:
    info = log_model(model, "kept", training_set=training_set, client=client, metadata={"mine": 1})
    receipt = training_set.receipt
    kept = mlflow.models.get_model_info(info.model_uri)
    assert kept.metadata is not None
    record = kept.metadata["timewell"]
    assert kept.metadata["mine"] == 1
    assert record["training_set_id"] == receipt.training_set_id == training_set.id
    assert record["digest"] == receipt.digest
    assert record["receipt"]["views"][0]["mode"] == receipt.views[0].mode
    assert (record["feature_service"], record["feature_service_revision"]) == ("delay_v1", 1)
    assert kept.signature is not None
    assert kept.signature.inputs.input_names() == list(model.feature_names_in_)
    tags = mlflow.get_logged_model(info.model_id).tags
    assert tags["timewell.training_set_id"] == training_set.id
    assert tags["timewell.feature_service"] == "delay_v1"


def test_the_registry_knows_which_models_read_a_view(
    client: Client, training_set: TrainingSet, model: Any
) -> None:
    with mlflow.start_run() as run:
        info = log_model(
            model,
            "lineage",
            training_set=training_set,
            client=client,
            registered_model_name="flight_delay",
        )
    found = client.list_models(view="route_daily", name="flight_delay")
    assert len(found) == 1
    assert (found[0].version, found[0].uri) == ("1", "models:/flight_delay/1")
    assert found[0].training_set_id == training_set.id
    assert found[0].feature_service == "delay_v1"
    assert found[0].tags["mlflow.run_id"] == run.info.run_id
    assert {view.view for view in found[0].views} == {"airport_hourly", "route_daily"}
    assert client.list_models(view="airport_hourl") == []
    # Again it changes nothing; by its own id it is a record of its own.
    again = timewell.mlflow.record_model("models:/flight_delay/1", client=client)
    assert again == found[0]
    by_id = timewell.mlflow.record_model(info.model_uri, client=client)
    assert (by_id.name, by_id.version) == ("lineage", info.model_id)
    with pytest.raises(AlreadyExistsError, match="it is recorded with another uri"):
        timewell.mlflow.record_model(
            info.model_uri, client=client, name="flight_delay", version="1"
        )
    client_of_mlflow = mlflow.MlflowClient()
    client_of_mlflow.set_registered_model_alias("flight_delay", "champion", "1")
    scored = timewell.mlflow.score_batch(
        "models:/flight_delay@champion", KEYS, client=client, as_of=AT
    )
    assert len(scored) == 3


class Doubled(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """Adds a feature to a column of the keys."""

    def predict(self, context: object, model_input: pd.DataFrame) -> Any:  # noqa: ARG002
        assert list(model_input.columns) == ["weight", "route_daily__flights"]
        return model_input["weight"] + model_input["route_daily__flights"]


def test_a_model_of_python_reads_features_and_columns_of_the_keys(
    client: Client, training_set: TrainingSet
) -> None:
    info = log_model(
        Doubled(),
        artifact_path="doubled",
        training_set=training_set.id,
        client=client,
        inputs=["weight", "route_daily__flights"],
    )
    keys = KEYS.assign(weight=[1000.0, 2000.0, 3000.0])
    scored = timewell.mlflow.score_batch(
        info.model_uri, keys, client=client, as_of=AT, result_column="sum"
    )
    assert scored["sum"].iloc[0] == 1000 + scored["route_daily__flights"].iloc[0]
    assert pd.isna(scored["sum"].iloc[2])
    with pytest.raises(InvalidRequestError, match="reads column 'weight', which is no feature"):
        timewell.mlflow.score_batch(info.model_uri, KEYS, client=client, as_of=AT)
    # A feature that the keys bring along is theirs.
    own = pd.DataFrame({"weight": [1.0], "route_daily__flights": [2.0]})
    scored = timewell.mlflow.score_batch(info.model_uri, own, client=client)
    assert scored["prediction"].tolist() == [3.0]


def test_each_row_is_scored_at_its_own_time_where_it_has_one(
    client: Client, training_set: TrainingSet, model: Any, tmp_path: Path
) -> None:
    # The client of the training set is used where none is given.
    info = log_model(model, "times", training_set=training_set)
    twice = pd.concat([KEYS.head(1), KEYS.head(1)])
    times = pd.to_datetime(["2001-01-03T10:00:00Z", "2001-01-04T10:00:00Z"])
    scored = timewell.mlflow.score_batch(
        info.model_uri, twice.assign(event_timestamp=times), client=client
    )
    name = "route_daily__mean_delay"
    assert scored[name].iloc[0] != scored[name].iloc[1]
    text = tmp_path / "keys.csv"
    KEYS.to_csv(text, index=False)
    now = timewell.mlflow.score_batch(info.model_uri, text, client=client)
    assert now[name].isna().all(), "flights of 2001 are long past their ttl"


def test_a_model_goes_on_with_its_features_after_the_service_changed(
    client: Client, frame: pd.DataFrame
) -> None:
    features = flight_features()
    client.apply(service_v(features, "delay_v3"))
    training_set = client.get_historical_features(frame.iloc[:, :4], service="delay_v3")
    joined = training_set.to_pandas()
    names = [column.name for column in training_set.receipt.columns]
    tree = DecisionTreeClassifier(max_depth=4, random_state=0)
    tree.fit(joined[names].astype("float64"), joined["label"])
    info = log_model(
        tree,
        "later",
        training_set=training_set,
        client=client,
        serialization_format="cloudpickle",
    )
    before = timewell.mlflow.score_batch(info.model_uri, KEYS, client=client, as_of=AT)
    more = service_v(
        features,
        "delay_v3",
        on_demand={"is_slow": OnDemandFeature(BOOL, "origin.mean_delay > 9.0")},
    )
    client.apply(more)
    assert client.describe_feature_service("delay_v3").revision == 2
    after = timewell.mlflow.score_batch(info.model_uri, KEYS, client=client, as_of=AT)
    pd.testing.assert_frame_equal(after, before)
    client.delete_definition("feature_service", "delay_v3")
    deleted = timewell.mlflow.score_batch(info.model_uri, KEYS, client=client, as_of=AT)
    pd.testing.assert_frame_equal(deleted, before)


def test_on_demand_features_are_computed_as_long_as_they_mean_the_same(
    client: Client, frame: pd.DataFrame
) -> None:
    features = flight_features()

    def gap(expression: str, **changes: Any) -> FeatureService:
        computed = OnDemandFeature(DOUBLE, expression)
        return service_v(features, "gap_v1", on_demand={"gap": computed}, **changes)

    client.apply(gap("origin.mean_delay - route_daily.mean_delay"))
    training_set = client.get_historical_features(frame.iloc[:, :4], service="gap_v1")
    joined = training_set.to_pandas()
    names = ["gap", "origin__departures"]
    model = make_pipeline(SimpleImputer(), LogisticRegression())
    model.fit(joined[names].astype("float64"), joined["label"])
    info = log_model(model, "gap", training_set=training_set, client=client)
    record = mlflow.models.get_model_info(info.model_uri).metadata["timewell"]
    assert record["computed"] == [
        {
            "column": "gap",
            "type": "DOUBLE",
            "expression": "origin.mean_delay - route_daily.mean_delay",
        }
    ]
    scored = timewell.mlflow.score_batch(info.model_uri, KEYS, client=client, as_of=AT)
    assert list(scored.columns[-3:]) == [*names, "prediction"]
    assert scored["gap"].notna().tolist() == [True, True, False]
    client.apply(gap("origin.mean_delay - route_daily.mean_delay", description="Told better"))
    again = timewell.mlflow.score_batch(info.model_uri, KEYS, client=client, as_of=AT)
    pd.testing.assert_frame_equal(again, scored)
    client.apply(gap("route_daily.mean_delay - origin.mean_delay"))
    with pytest.raises(StateError, match="gap has another expression") as raised:
        timewell.mlflow.score_batch(info.model_uri, KEYS, client=client, as_of=AT)
    assert raised.value.kind == "BREAKING_CHANGE"


def test_the_examples_of_the_page_run(client: Client, frame: pd.DataFrame) -> None:
    page = (REPOSITORY / "docs/mlflow.md").read_text()
    examples = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(examples) == 2
    labels = frame.iloc[:500, :4]
    names: dict[str, Any] = {"client": client, "labels": labels, "keys": labels, "df": labels}
    for example in examples:
        exec(example, names)
    assert names["scored"]["prediction"].notna().all()
    assert list(names["frame"].columns) == [
        "label",
        "departures",
        "mean_delay",
        "destination_delay",
    ]


def test_what_cannot_be_logged_or_scored_says_why(
    client: Client, training_set: TrainingSet, model: Any, tmp_path: Path
) -> None:
    fresh = client.get_historical_features(KEYS.assign(event_timestamp=AT), service="delay_v1")
    with pytest.raises(StateError, match="was never read to its end"):
        log_model(model, training_set=fresh, client=client)
    with pytest.raises(NotFoundError) as missing:
        log_model(model, training_set="ts_" + "0" * 32, client=client)
    assert missing.value.kind == "TRAINING_SET_NOT_FOUND"
    with pytest.raises(InvalidRequestError, match="Cannot tell how to log a model of type dict"):
        log_model({}, training_set=training_set, client=client, inputs=["a"])
    with pytest.raises(InvalidRequestError, match="'a' is there more than once"):
        log_model(model, training_set=training_set, client=client, inputs=["a"] * 2)
    with pytest.raises(InvalidRequestError, match="which is Timewell's own key"):
        log_model(model, training_set=training_set, client=client, metadata={"timewell": 1})
    mlflow.sklearn.save_model(
        model,
        tmp_path / "plain",
        skops_trusted_types=["numpy.dtype"],
        pip_requirements=["scikit-learn"],
    )
    with pytest.raises(StateError, match="it was logged without a training set"):
        timewell.mlflow.score_batch(str(tmp_path / "plain"), KEYS, client=client)


def test_a_model_of_another_project_is_not_scored(
    standalone: StandaloneApp, client: Client, training_set: TrainingSet, model: Any
) -> None:
    info = log_model(model, "project", training_set=training_set, client=client)
    with (
        flights_client(standalone, "flights_other") as other,
        pytest.raises(InvalidRequestError, match="features of project flights_models"),
    ):
        timewell.mlflow.score_batch(info.model_uri, KEYS, client=other)


def test_a_model_is_logged_also_where_the_registry_does_not_record_it(
    client: Client, training_set: TrainingSet, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_arguments: object) -> None:
        raise UnavailableError("REGISTRY_UNAVAILABLE", "Cannot reach it")

    with monkeypatch.context() as patched:
        patched.setattr(Client, "record_model", down)
        with pytest.raises(UnavailableError, match=r"which is logged as models:/m-\w+") as raised:
            log_model(model, "unrecorded", training_set=training_set, client=client)
    assert "timewell.mlflow.record_model(" in raised.value.hint
    found = mlflow.search_logged_models(filter_string="name = 'unrecorded'", output_format="list")
    assert timewell.mlflow.record_model(found[0].model_uri, client=client).name == "unrecorded"
