"""MLflow, which warns of its own affairs while it is imported; here a warning is an error."""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from typing import Any

# It tells its makers of its use, unless asked not to.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
# It loads a model in a process of its own to see which packages it takes, for many seconds.
os.environ["MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT"] = "1"

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    mlflow: Any = import_module("mlflow")
    for _part in ("models", "pyfunc", "sklearn"):
        import_module(f"mlflow.{_part}")

__all__ = ["mlflow"]
