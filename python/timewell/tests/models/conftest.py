"""A local MLflow and a model of flights, made once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from sklearn.impute import SimpleImputer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]

from flight_models import PROJECT
from flights import flights_client
from quiet_mlflow import mlflow
from standalone_app import StandaloneApp
from timewell.client import Client
from timewell.labels import ServerPath
from timewell.training_set import TrainingSet


@pytest.fixture(scope="package")
def client(standalone: StandaloneApp) -> Iterator[Client]:
    with flights_client(standalone, PROJECT) as client:
        yield client


@pytest.fixture(scope="package", autouse=True)
def _tracking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A local MLflow: a database and a folder, no server."""
    folder = tmp_path_factory.mktemp("mlflow")
    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    experiment = mlflow.create_experiment("delay", artifact_location=str(folder / "artifacts"))
    mlflow.set_experiment(experiment_id=experiment)
    yield
    mlflow.set_tracking_uri("")


@pytest.fixture(scope="package")
def training_set(client: Client) -> TrainingSet:
    return client.get_historical_features(ServerPath("labels.parquet"), service="delay_v1")


@pytest.fixture(scope="package")
def frame(training_set: TrainingSet) -> pd.DataFrame:
    frame: pd.DataFrame = training_set.to_pandas().head(5_000)
    return frame


@pytest.fixture(scope="package")
def features(training_set: TrainingSet, frame: pd.DataFrame) -> list[str]:
    assert len(frame) == 5_000
    return [column.name for column in training_set.receipt.columns]


@pytest.fixture(scope="package")
def model(frame: pd.DataFrame, features: list[str]) -> Any:
    """Fitted on three features, not in the order of the service."""
    names = [features[7], features[1], features[0]]
    made = make_pipeline(SimpleImputer(), LogisticRegression())
    return made.fit(frame[names].astype("float64"), frame["label"])
