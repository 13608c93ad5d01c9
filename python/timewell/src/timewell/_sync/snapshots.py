"""States of the offline store that training sets have read."""

from __future__ import annotations

from timewell._operations import training_sets as operations
from timewell._operations.context import Context
from timewell._rpc.transport import Transport
from timewell.training_set_record import OfflineSnapshot


class Snapshots:
    """The snapshots of a project's training sets; `snapshot=` of a later one names them."""

    def __init__(self, context: Context, transport: Transport) -> None:
        """Clients make it."""
        self._context = context
        self._transport = transport

    def list(self, *, limit: int = 100) -> list[str]:
        """The ids of those of the latest `limit` training sets, the latest first, each once."""
        return self._transport.run(operations.list_snapshots(self._context, limit))

    def describe(self, snapshot_id: str) -> OfflineSnapshot:
        """One of them, by its id or the beginning of it; NotFoundError where there is none."""
        return self._transport.run(operations.describe_snapshot(self._context, snapshot_id))
