"""The client for asyncio: the same methods as `timewell.Client`, to be awaited."""

from timewell.aio.client import Client
from timewell.aio.training_set import TrainingSet
from timewell.aio.training_sets import TrainingSets

__all__ = ["Client", "TrainingSet", "TrainingSets"]
