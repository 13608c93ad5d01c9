"""What became of pushed rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timewell.errors import InvalidRequestError


@dataclass(frozen=True)
class PushOutcome:
    """What became of one row: where it is in the log, or why it was refused."""

    row: int
    """Its place among the rows of the push, from 0."""
    partition: int | None = None
    """Partition of the log, 0 to 63. None: refused."""
    position: int | None = None
    """Position in the partition, from 1. None: refused."""
    kind: str = ""
    """Kind of the error; empty where it was accepted."""
    message: str = ""
    """What is wrong with it, and how to mend it."""

    @property
    def ok(self) -> bool:
        """True where the row is durable."""
        return self.position is not None


@dataclass(frozen=True)
class PushResult:
    """What became of all rows; a wrong row does not keep the others from being stored."""

    outcomes: Sequence[PushOutcome]
    """One for each row, in order."""
    request_id: str
    """Under which the same rows may be pushed again without another effect, for 24 h."""

    @property
    def refused(self) -> list[PushOutcome]:
        """The rows that are not stored."""
        return [outcome for outcome in self.outcomes if not outcome.ok]

    @property
    def ok(self) -> bool:
        """True where all rows are durable."""
        return not self.refused

    def raise_for_refused(self) -> PushResult:
        """Raises what is wrong with the first row that was refused; answers itself otherwise."""
        refused = self.refused
        if not refused:
            return self
        first = refused[0]
        raise InvalidRequestError(
            first.kind,
            f"{len(refused)} of {len(self.outcomes)} rows were refused, first row {first.row}:"
            f" {first.message}",
            field=f"rows[{first.row}]",
        )

    def __repr__(self) -> str:
        refused = len(self.refused)
        return f"PushResult({len(self.outcomes) - refused} rows stored, {refused} refused)"
