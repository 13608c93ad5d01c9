"""What is kept with a model, so that its features are found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from timewell.errors import StateError
from timewell.recorded_model import ModelView

METADATA_KEY = "timewell"
"""Under this key the record stands in the metadata of an MLflow model."""
_FORMAT = 1


@dataclass(frozen=True)
class FeatureColumn:
    """A column of a stored feature."""

    column: str
    """What the model knows it by."""
    view: str
    version: int
    feature: str
    type: str
    """Its type as the registry names it, for example `INT64`."""
    lookup_keys: tuple[str, ...]
    """Columns with the join keys, in the order of the view's entity."""
    event_time_column: str = ""
    """Column with the instant at which to look. Empty: that of the record."""


@dataclass(frozen=True)
class ComputedColumn:
    """A column of an on-demand feature."""

    column: str
    type: str
    expression: str
    """CEL, as it was when the training set was made."""


@dataclass(frozen=True)
class ModelRecord:
    """Everything it takes to join the features of a model again. It can be written as JSON."""

    project: str
    registry_version: int
    """Version of the project that the features were resolved with."""
    feature_service: str
    """Empty: the features were named one by one, or looked up table by table."""
    feature_service_revision: int
    event_time_column: str
    """Column of the labels with their instants."""
    mode: str
    """EVENT_TIME or AVAILABLE, where the training set was asked for in one. Empty: by view."""
    max_age_ms: int | None
    """Rows older than this counted as EXPIRED. None: the ttl of each view alone."""
    inputs: tuple[str, ...]
    """Columns that the model reads, in its order. What is no feature comes with the keys."""
    features: tuple[FeatureColumn, ...]
    """The stored features of the training set, in column order."""
    computed: tuple[ComputedColumn, ...]
    """Its on-demand features."""
    key_types: Mapping[str, str]
    """Type of each column with a join key, by its name."""
    request_data: tuple[str, ...]
    """What the service wants besides keys."""
    training_set_id: str
    snapshot_id: str
    labels_digest: str
    digest: str
    """Digest of the training set."""
    receipt: Mapping[str, Any]
    """The whole receipt."""

    def to_json(self) -> dict[str, Any]:
        """Plain lists, mappings and text."""
        plain = asdict(self)
        return {"format": _FORMAT} | {name: _plain(part) for name, part in plain.items()}

    def views(self) -> tuple[ModelView, ...]:
        """Views and features that the training set was made of, each once."""
        features: dict[tuple[str, int], list[str]] = {}
        for column in self.features:
            named = features.setdefault((column.view, column.version), [])
            if column.feature not in named:
                named.append(column.feature)
        return tuple(
            ModelView(view, version, tuple(named)) for (view, version), named in features.items()
        )


def model_record(metadata: Mapping[str, Any] | None, model_uri: str) -> ModelRecord:
    """The record in the metadata of a model; StateError where there is none that can be read."""
    plain = (metadata or {}).get(METADATA_KEY)
    if not isinstance(plain, Mapping):
        raise StateError(
            "INVALID_REQUEST",
            f"Cannot find the features of {model_uri}: it was logged without a training set",
            field="model_uri",
            hint="Log the model with timewell.mlflow.log_model(model, …, training_set=…).",
        )
    if plain.get("format") != _FORMAT:
        raise StateError(
            "INVALID_REQUEST",
            f"Cannot read the features of {model_uri}: its record has format "
            f"{plain.get('format')!r}, expected {_FORMAT}",
            field="model_uri",
            hint="Use the version of timewell that logged the model, or a later one.",
        )
    parts = {name: part for name, part in plain.items() if name != "format"}
    for name in ("inputs", "request_data"):
        parts[name] = tuple(parts[name])
    parts["features"] = tuple(
        FeatureColumn(**{**column, "lookup_keys": tuple(column["lookup_keys"])})
        for column in parts["features"]
    )
    parts["computed"] = tuple(ComputedColumn(**column) for column in parts["computed"])
    return ModelRecord(**parts)


def _plain(part: Any) -> Any:
    if isinstance(part, list | tuple):
        return [_plain(item) for item in part]
    if isinstance(part, Mapping):
        return {name: _plain(item) for name, item in part.items()}
    return part
