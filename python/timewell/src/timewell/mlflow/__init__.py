"""Models that know their features: log them with MLflow, and score with nothing but keys.

    info = timewell.mlflow.log_model(model, "delay", training_set=training_set, client=client)
    scored = timewell.mlflow.score_batch(info.model_uri, keys, client=client)

Needs the extra `timewell[mlflow]`.
"""

from timewell.mlflow._log_model import log_model
from timewell.mlflow._record_model import record_model
from timewell.mlflow._score_batch import score_batch

__all__ = ["log_model", "record_model", "score_batch"]
