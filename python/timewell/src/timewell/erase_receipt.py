"""What an erase removed, and what is left of an entity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from timewell._contracts.ingestion.v1 import erase_pb2
from timewell._values.instant import instant_of


@dataclass(frozen=True)
class SourceRows:
    """Rows of an entity in a source file, which is not Timewell's to change."""

    view: str
    """Name of the feature view."""
    path: str
    """Path as the definition names it."""
    rows: int
    """Rows of the entity."""


@dataclass(frozen=True)
class EraseReceipt:
    """How much of an entity was removed where, or would be."""

    id: str
    """Unique; empty where nothing was erased."""
    entity: str
    """Name of the entity."""
    key_sha256: str
    """SHA-256 of the key's code, in hex: the key itself is not kept."""
    reason: str
    """Why, as it was asked."""
    erased_by: str
    """Who asked."""
    erased_at: datetime | None
    """When it was done. None where nothing was erased."""
    online_rows: int
    """Online rows, of all view versions."""
    log_rows: int
    """Rows of the log."""
    segment_rows: int
    """Rows of segments."""
    segments_rewritten: int
    """Segments that were written anew."""
    quarantined_rows: int
    """Refused rows."""
    label_files: int
    """Files of labels that the server kept."""
    training_set_ids: Sequence[str]
    """Training sets that cannot be made again."""
    source_rows: Sequence[SourceRows]
    """Source files that hold the entity still."""

    @property
    def is_empty(self) -> bool:
        """True where nothing of it is in Timewell; source files do not count."""
        rows = self.online_rows + self.log_rows + self.segment_rows + self.quarantined_rows
        return rows + self.label_files == 0


@dataclass(frozen=True)
class EntityTraces:
    """What there is of an entity."""

    found: EraseReceipt
    """What an erase would remove."""
    receipts: Sequence[EraseReceipt]
    """Of the erases of this entity, the latest first."""

    @property
    def nothing_left(self) -> bool:
        """True where Timewell holds nothing of the entity."""
        return self.found.is_empty


def erase_receipt(message: erase_pb2.EraseReceipt) -> EraseReceipt:
    """Makes it of the contract's form."""
    return EraseReceipt(
        id=message.id,
        entity=message.entity,
        key_sha256=message.key_sha256,
        reason=message.reason,
        erased_by=message.erased_by,
        erased_at=instant_of(message.erased_at_us) if message.id else None,
        online_rows=message.online_rows,
        log_rows=message.log_rows,
        segment_rows=message.segment_rows,
        segments_rewritten=message.segments_rewritten,
        quarantined_rows=message.quarantined_rows,
        label_files=message.label_files,
        training_set_ids=list(message.training_set_ids),
        source_rows=[SourceRows(it.view, it.path, it.rows) for it in message.source_rows],
    )
