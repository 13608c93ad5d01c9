"""Stored training sets."""

from __future__ import annotations

from timewell._operations import training_sets as operations
from timewell._operations.context import Context
from timewell._rpc.transport import Transport
from timewell.labels import Labels
from timewell.training_set import TrainingSet
from timewell.training_set_record import Difference, TrainingSetRecord

Differences = list[Difference]


class TrainingSets:
    """The records of a project; ids may be cut to their first 8 or more characters."""

    def __init__(self, context: Context, transport: Transport) -> None:
        """Clients make it."""
        self._context = context
        self._transport = transport

    def list(self, *, service: str | None = None, limit: int = 100) -> list[TrainingSetRecord]:
        """The latest first, at most `limit`; only those of a feature service where one is named."""
        return self._transport.run(operations.list_training_sets(self._context, service, limit))

    def describe(self, training_set_id: str) -> TrainingSetRecord:
        """One record; NotFoundError where there is none."""
        return self._transport.run(operations.describe_training_set(self._context, training_set_id))

    def rebuild(self, training_set_id: str, *, labels: Labels | None = None) -> TrainingSet:
        """The same training set again, byte for byte, also after later pushes and deletes.

        `labels`: the same labels as before, needed where the server does not keep them.
        """
        parts = self._transport.run(
            operations.rebuild_training_set(self._context, training_set_id, labels)
        )
        return TrainingSet(self._context.options, self._transport, parts.request, parts.labels)

    def diff(self, before: str, after: str) -> Differences:
        """In what two training sets differ: request, snapshot, source files, receipts."""
        return self._transport.run(operations.diff_training_sets(self._context, before, after))
