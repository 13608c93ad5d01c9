"""Refused rows: looking at them, trying them again, throwing them away."""

from __future__ import annotations

from collections.abc import Sequence

from timewell._contracts.ingestion.v1 import quarantine_pb2
from timewell._operations.context import Context
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import (
    DROP_QUARANTINED,
    GET_QUARANTINED,
    LIST_QUARANTINE,
    REPLAY_QUARANTINE,
)
from timewell.quarantined import QuarantinedContent, QuarantinedRow, Replayed, quarantined_row

_PAGE_ROWS = 1_000


def list_quarantine(
    context: Context, view: str | None, kind: str | None, limit: int
) -> Operation[list[QuarantinedRow]]:
    """Answers refused rows, the latest first."""
    found: list[QuarantinedRow] = []
    token = ""
    while len(found) < limit:
        request = quarantine_pb2.ListQuarantineRequest(
            project=context.project,
            feature_view=view or "",
            kind=kind or "",
            page_size=min(limit - len(found), _PAGE_ROWS),
            page_token=token,
        )
        answer = yield from call(LIST_QUARANTINE, request, context.options.timeouts.call_s)
        found += [quarantined_row(message) for message in answer.rows]
        token = answer.next_page_token
        if not token:
            break
    return found


def show_quarantined(context: Context, row_id: int) -> Operation[QuarantinedContent]:
    """Answers one refused row with its content."""
    request = quarantine_pb2.GetQuarantinedRequest(project=context.project, id=row_id)
    answer = yield from call(GET_QUARANTINED, request, context.options.timeouts.call_s)
    return QuarantinedContent(
        row=quarantined_row(answer.row),
        content=answer.content,
        json=answer.content_json,
        record_key=answer.record_key if answer.HasField("record_key") else None,
    )


def replay_quarantine(
    context: Context, view: str, selection: quarantine_pb2.QuarantineSelection, timeout_s: float
) -> Operation[Replayed]:
    """Tries refused rows again."""
    request = quarantine_pb2.ReplayQuarantineRequest(
        project=context.project, feature_view=view, selection=selection
    )
    answer = yield from call(REPLAY_QUARANTINE, request, timeout_s)
    first = [quarantined_row(message) for message in answer.first_refused]
    return Replayed(answer.accepted, answer.refused, first)


def drop_quarantined(
    context: Context, view: str, selection: quarantine_pb2.QuarantineSelection, timeout_s: float
) -> Operation[int]:
    """Throws refused rows away, and answers how many."""
    request = quarantine_pb2.DropQuarantinedRequest(
        project=context.project, feature_view=view, selection=selection
    )
    answer = yield from call(DROP_QUARANTINED, request, timeout_s)
    dropped: int = answer.dropped
    return dropped


def quarantine_selection(
    ids: Sequence[int], kind: str | None, *, everything: bool
) -> quarantine_pb2.QuarantineSelection:
    """Which rows are meant."""
    return quarantine_pb2.QuarantineSelection(ids=ids, kind=kind or "", all=everything)
