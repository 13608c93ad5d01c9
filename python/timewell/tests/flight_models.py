"""Models of flights: what their tests share."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pandas as pd

import timewell.mlflow
from timewell import FeatureService

PROJECT = "flights_models"
AT = datetime(2001, 1, 3, 10, tzinfo=timezone.utc)
KEYS = pd.DataFrame({"origin": ["SEA", "ATL", "ZZZ"], "destination": ["SFO", "BOS", "LGA"]})


def log_model(model: Any, name: str | None = None, **options: Any) -> Any:
    """Logs a model without looking for the packages that it needs, which takes seconds."""
    if hasattr(model, "fit"):
        options = {"skops_trusted_types": ["numpy.dtype"]} | options
    return timewell.mlflow.log_model(model, name, pip_requirements=["scikit-learn"], **options)


def service_v(features: Any, name: str, **changes: Any) -> FeatureService:
    """A service on both ends of a flight and its route."""
    hourly = features.airport_hourly
    views = [
        hourly.alias("origin", {"airport": "origin"}),
        hourly.alias("destination", {"airport": "destination"}),
        features.route_daily,
    ]
    return FeatureService(name, **({"views": views} | changes))
