"""Refused rows."""

from __future__ import annotations

from collections.abc import Sequence

from timewell._operations import quarantine as operations
from timewell._operations.context import Context
from timewell._rpc.aio_transport import AioTransport
from timewell.quarantined import QuarantinedContent, QuarantinedRow, Replayed


class Quarantine:
    """What pushes and topics brought that could not be used, and was kept."""

    def __init__(self, context: Context, transport: AioTransport) -> None:
        """Clients make it."""
        self._context = context
        self._transport = transport

    async def list(
        self, view: str | None = None, *, kind: str | None = None, limit: int = 100
    ) -> list[QuarantinedRow]:
        """The latest first, at most `limit`; of one view, and of one kind of error, where named."""
        return await self._transport.run(
            operations.list_quarantine(self._context, view, kind, limit)
        )

    async def show(self, row_id: int) -> QuarantinedContent:
        """One of them, with what it holds; NotFoundError where there is none."""
        return await self._transport.run(operations.show_quarantined(self._context, row_id))

    async def replay(
        self,
        view: str,
        *,
        ids: Sequence[int] = (),
        kind: str | None = None,
        everything: bool = False,
        timeout_s: float | None = None,
    ) -> Replayed:
        """Tries rows of a view again, as the definitions are now; those that are accepted leave.

        Args:
            view: Name of the feature view.
            ids: These rows, at most 1,000.
            kind: Or those with this kind of error.
            everything: Or all of the view.
            timeout_s: Seconds. None: as for streams, which may take long.
        """
        selection = operations.quarantine_selection(ids, kind, everything=everything)
        timeout_s = timeout_s or self._context.options.timeouts.stream_s
        return await self._transport.run(
            operations.replay_quarantine(self._context, view, selection, timeout_s)
        )

    async def drop(
        self,
        view: str,
        *,
        ids: Sequence[int] = (),
        kind: str | None = None,
        everything: bool = False,
        timeout_s: float | None = None,
    ) -> int:
        """Throws rows of a view away for good, and says how many; chosen as for `replay`."""
        selection = operations.quarantine_selection(ids, kind, everything=everything)
        timeout_s = timeout_s or self._context.options.timeouts.stream_s
        return await self._transport.run(
            operations.drop_quarantined(self._context, view, selection, timeout_s)
        )
