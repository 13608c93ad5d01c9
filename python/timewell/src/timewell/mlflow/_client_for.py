"""The client of a call that was given none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from timewell.client import Client
from timewell.lookup_training_set import LookupTrainingSet
from timewell.training_set import TrainingSet


@contextmanager
def client_for(
    client: Client | None,
    *,
    training_set: TrainingSet | LookupTrainingSet | str | None = None,
    project: str | None = None,
) -> Iterator[Client]:
    """The given client; else one like that of the training set; else one from the environment."""
    if client is not None:
        yield client
    elif isinstance(training_set, TrainingSet | LookupTrainingSet):
        joined = training_set
        if isinstance(joined, LookupTrainingSet):
            joined = joined._training_set
        options = joined._options
        with Client(
            project=options.project,
            token=options.token,
            tls=options.tls,
            timeouts=options.timeouts,
            progress=options.progress,
            registry_url=options.urls["registry"],
            serving_url=options.urls["serving"],
            retrieval_url=options.urls["retrieval"],
            ingestion_url=options.urls["ingestion"],
        ) as own:
            yield own
    else:
        with Client(project=project) as own:
            yield own
