"""Erasing entities, and looking for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from timewell._contracts.ingestion.v1 import erase_pb2
from timewell._contracts.types.v1.value_pb2 import Value
from timewell._operations.context import Context
from timewell._operations.load_types import load_types
from timewell._rpc.call import Operation, call
from timewell._rpc.methods import FIND_ENTITY
from timewell._values.to_value import to_value
from timewell.erase_receipt import EntityTraces, EraseReceipt, erase_receipt
from timewell.errors import UnavailableError

Step = Callable[[str], object]
"""Hears what is done now."""


def erase_request(
    context: Context, entity: str, keys: Mapping[str, Any], reason: str
) -> Operation[erase_pb2.EraseEntityRequest]:
    """Asks to erase one entity."""
    values = yield from _key_values(context, entity, keys)
    return erase_pb2.EraseEntityRequest(
        project=context.project, entity=entity, keys=values, reason=reason
    )


class EraseProgress:
    """Takes the messages of an erase."""

    def __init__(self, on_step: Step | None) -> None:
        self._on_step = on_step
        self._receipt: EraseReceipt | None = None

    def take(self, message: erase_pb2.EraseEntityResponse) -> None:
        """Takes one message."""
        if message.step and self._on_step is not None:
            self._on_step(message.step)
        if message.HasField("receipt"):
            self._receipt = erase_receipt(message.receipt)

    def result(self) -> EraseReceipt:
        """The receipt; UNAVAILABLE where the erase did not come to its end."""
        if self._receipt is None:
            raise UnavailableError(
                "STORE_UNAVAILABLE",
                "Cannot tell how the erase ended: its progress stopped before the receipt",
                hint="Erase again: it goes on under the same receipt.",
            )
        return self._receipt


def find_entity(
    context: Context, entity: str, keys: Mapping[str, Any], timeout_s: float
) -> Operation[EntityTraces]:
    """Looks for an entity everywhere that an erase removes it from."""
    values = yield from _key_values(context, entity, keys)
    request = erase_pb2.FindEntityRequest(project=context.project, entity=entity, keys=values)
    answer = yield from call(FIND_ENTITY, request, timeout_s)
    return EntityTraces(
        erase_receipt(answer.found), [erase_receipt(receipt) for receipt in answer.receipts]
    )


def _key_values(
    context: Context, entity: str, keys: Mapping[str, Any]
) -> Operation[dict[str, Value]]:
    types = yield from load_types(context, lambda known: known.entity_keys(entity) is not None)
    declared = (types.entity_keys(entity) if types is not None else None) or {}
    return {
        name: to_value(plain, f"keys.{name}", declared.get(name)) for name, plain in keys.items()
    }
