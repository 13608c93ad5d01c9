"""Pushes and deletes."""

from __future__ import annotations

import uuid

from timewell._operations.context import Context
from timewell._operations.push_rows import PushTarget, push_outcomes, request_parts, row_encoder
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import PUSH
from timewell._values.rows import Rows, plain_rows
from timewell.push_result import PushOutcome, PushResult


def push(
    context: Context,
    target: PushTarget,
    rows: Rows,
    *,
    request_id: str | None,
    timeout_s: float | None,
) -> Operation[PushResult]:
    """Sends rows, as many at a time as a request may have."""
    head = target.request(context.project)
    encoder = yield from row_encoder(context, target)
    messages = [encoder.message(row, i) for i, row in enumerate(plain_rows(rows, "rows"))]
    base_id = request_id or uuid.uuid4().hex
    outcomes: list[PushOutcome] = []
    for number, part in enumerate(request_parts(messages)):
        del head.rows[:]
        head.rows.extend(part)
        head.request_id = base_id if number == 0 else f"{base_id}-{number}"
        answer = yield from call(PUSH, head, timeout_s or context.options.timeouts.call_s)
        outcomes += push_outcomes(answer, len(outcomes))
    if any(not outcome.ok for outcome in outcomes):
        # The definition may have changed.
        context.types = None
    return PushResult(outcomes, base_id)
