"""How MLflow keeps a model."""

from __future__ import annotations

from typing import Any

from timewell._values.require_module import require_module
from timewell.errors import InvalidRequestError

_FLAVORS = {
    "sklearn": "sklearn",
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "catboost": "catboost",
    "torch": "pytorch",
    "keras": "keras",
    "mlflow": "pyfunc",
}
"""Package that a model's class is from, to the flavor of MLflow."""


def find_flavor(model: Any) -> Any:
    """The module of MLflow that keeps models like this one; InvalidRequestError where none does."""
    for base in type(model).__mro__:
        package = base.__module__.partition(".")[0]
        if package in _FLAVORS:
            return require_module(f"mlflow.{_FLAVORS[package]}", "mlflow")
    raise InvalidRequestError(
        "INVALID_REQUEST",
        f"Cannot tell how to log a model of type {type(model).__name__}",
        field="flavor",
        hint="Name the flavor, for example flavor=mlflow.sklearn.",
    )


def log_with_flavor(flavor: Any, model: Any, options: dict[str, Any]) -> Any:
    """Logs a model; what MLflow knows of it afterwards."""
    if flavor.__name__ == "mlflow.pyfunc":
        return flavor.log_model(python_model=model, **options)
    return flavor.log_model(model, **options)
