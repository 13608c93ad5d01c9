"""Tells the registry of a model that is logged already."""

from __future__ import annotations

from typing import Any

from timewell._values.require_module import require_module
from timewell.client import Client
from timewell.mlflow._client_for import client_for
from timewell.mlflow._model_record import model_record
from timewell.recorded_model import RecordedModel

_SCHEME = "models:/"


def record_model(
    model_uri: str,
    *,
    client: Client | None = None,
    name: str | None = None,
    version: str | None = None,
) -> RecordedModel:
    """Records in the registry what a logged model reads; `log_model` does it by itself.

    Needed where a model was logged while the registry did not answer, and where it was registered
    later. Again for the same model it changes nothing.

    Args:
        model_uri: For example `models:/delay/3`, `models:/delay@champion` or `runs:/…/model`.
        client: A client of the project whose features it reads. None: one from the environment.
        name: Its name in the registry. None: that of the registered model, else that in MLflow.
        version: Its version in the registry. None: that of the registered model, else the id of
            the logged model.

    Raises:
        StateError: It was logged without a training set.
        AlreadyExistsError: MODEL_CONFLICT where it is recorded with other content.
    """
    models = require_module("mlflow.models", "mlflow")
    info = models.get_model_info(model_uri)
    record = model_record(info.metadata, model_uri)
    own_name, own_version = _name_and_version(model_uri, info)
    model = RecordedModel(
        name=name or own_name,
        version=version or own_version,
        uri=model_uri,
        training_set_id=record.training_set_id,
        feature_service=record.feature_service,
        feature_service_revision=record.feature_service_revision,
        views=record.views(),
        registry_version=record.registry_version,
        tags=_tags(info),
    )
    with client_for(client, project=record.project) as used:
        return used.record_model(model)


def _name_and_version(model_uri: str, info: Any) -> tuple[str, str]:
    """`models:/delay/3` and `models:/delay@champion` say it, others are what MLflow calls them."""
    mlflow = require_module("mlflow", "mlflow")
    place = model_uri.removeprefix(_SCHEME)
    if place != model_uri and "@" in place:
        name, _, alias = place.partition("@")
        found = mlflow.MlflowClient().get_model_version_by_alias(name, alias)
        return name, str(found.version)
    if place != model_uri and "/" in place:
        name, _, version = place.rpartition("/")
        return name, version
    return str(mlflow.get_logged_model(info.model_id).name), str(info.model_id)


def _tags(info: Any) -> dict[str, str]:
    flavors = [name for name in info.flavors if name != "python_function"]
    tags = {
        "flavor": flavors[0] if flavors else "pyfunc",
        "mlflow.model_id": info.model_id,
        "mlflow.run_id": info.run_id,
    }
    return {name: str(value) for name, value in tags.items() if value}
