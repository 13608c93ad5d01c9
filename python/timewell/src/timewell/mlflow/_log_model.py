"""Logging a model with what it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from timewell._values.require_module import require_module
from timewell.client import Client
from timewell.errors import InvalidRequestError, TimewellError
from timewell.lookup_training_set import LookupTrainingSet
from timewell.mlflow._client_for import client_for
from timewell.mlflow._flavor import find_flavor, log_with_flavor
from timewell.mlflow._make_record import make_record, never_read
from timewell.mlflow._model_record import METADATA_KEY, ModelRecord
from timewell.mlflow._record_model import record_model
from timewell.mlflow._signature import input_types, make_signature
from timewell.training_set import TrainingSet

_TAG_PREFIX = "timewell."


def log_model(
    model: Any,
    name: str | None = None,
    *,
    training_set: TrainingSet | LookupTrainingSet | str,
    client: Client | None = None,
    flavor: Any = None,
    inputs: Sequence[str] | None = None,
    artifact_path: str | None = None,
    registered_model_name: str | None = None,
    signature: Any = None,
    metadata: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Logs a model with MLflow, together with all it takes to find its features again.

    That is the feature service with its revision, the versions of its views, the receipt of the
    training set and the expressions of on-demand features. The registry records the model, too:
    `client.list_models(view=...)` then finds it.

    Args:
        model: A fitted model, or a `mlflow.pyfunc.PythonModel`.
        name: Its name in MLflow. `artifact_path` is another word for it.
        training_set: What it was fitted on, read to its end; or the id of it.
        client: A client of the project. None: like that of the training set; for an id, one from
            the environment.
        flavor: Module of MLflow that keeps it, for example `mlflow.sklearn`. None: by its type.
        inputs: The columns that it reads, in its order. None: those that the model names itself
            (`feature_names_in_` of scikit-learn), else all features of the training set. Columns
            that are no features have to come with the keys when it scores.
        artifact_path: See `name`.
        registered_model_name: Registers a version of this model in MLflow's registry.
        signature: Its signature. None: from the types of the inputs.
        metadata: Metadata of your own, kept beside that of Timewell.
        **options: What else the flavor's `log_model` takes.

    Returns:
        The `ModelInfo` of MLflow.

    Raises:
        InvalidRequestError: INVALID_REQUEST for a model of unknown type, or wrong inputs.
        StateError: The training set was never read to its end.
        TimewellError: The model is logged, but the registry has not recorded it; the hint tells how
            to make up for it.
    """
    name = name or artifact_path or "model"
    if not isinstance(training_set, str) and not training_set.is_read:
        raise never_read("training_set")
    if METADATA_KEY in (metadata or {}):
        raise InvalidRequestError(
            "INVALID_REQUEST",
            f"Cannot log the model: metadata has {METADATA_KEY!r}, which is Timewell's own key",
            field="metadata",
        )
    with client_for(client, training_set=training_set) as used:
        record = used._transport.run(
            make_record(
                used._context,
                training_set if isinstance(training_set, str) else training_set.id,
                inputs=_inputs(model, inputs, training_set),
                renames=training_set.renames if isinstance(training_set, LookupTrainingSet) else {},
            )
        )
    info = log_with_flavor(
        flavor or find_flavor(model),
        model,
        {
            "name": name,
            "registered_model_name": registered_model_name,
            "signature": signature or make_signature(input_types(record, None)),
            "metadata": {**(metadata or {}), METADATA_KEY: record.to_json()},
            **options,
        },
    )
    _set_tags(info, record)
    version = getattr(info, "registered_model_version", None)
    registered = registered_model_name if version is not None else None
    uri = f"models:/{registered}/{version}" if registered else info.model_uri
    try:
        with client_for(client, training_set=training_set) as used:
            record_model(uri, client=used, name=registered or name)
    except TimewellError as error:
        raise type(error)(
            error.kind,
            f"Cannot record the model in the registry, which is logged as {uri}: {error.message}",
            field=error.field,
            hint=f"Run timewell.mlflow.record_model({uri!r}, client=client).",
        ) from error
    return info


def _inputs(model: Any, inputs: Sequence[str] | None, training_set: object) -> Sequence[str] | None:
    if inputs is not None:
        return inputs
    named = getattr(model, "feature_names_in_", None)
    if named is not None:
        return [str(name) for name in named]
    return training_set.inputs if isinstance(training_set, LookupTrainingSet) else None


def _set_tags(info: Any, record: ModelRecord) -> None:
    """What one wants to search by in MLflow."""
    mlflow = require_module("mlflow", "mlflow")
    tags = {
        "project": record.project,
        "registry_version": record.registry_version,
        "feature_service": record.feature_service,
        "feature_service_revision": record.feature_service_revision,
        "training_set_id": record.training_set_id,
        "snapshot_id": record.snapshot_id,
        "labels_digest": record.labels_digest,
        "digest": record.digest,
    }
    shown = {f"{_TAG_PREFIX}{name}": str(value) for name, value in tags.items() if value}
    mlflow.MlflowClient().set_logged_model_tags(info.model_id, shown)
