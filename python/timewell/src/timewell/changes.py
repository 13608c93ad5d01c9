"""What applying definitions changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timewell._contracts.registry.v1 import registry_pb2


@dataclass(frozen=True)
class ChangeDetail:
    """One line of a change."""

    path: str
    """What changes, for example `features.mean_delay.type`."""
    before: str
    """Empty: it was not there."""
    after: str
    """Empty: it is gone."""


@dataclass(frozen=True)
class Change:
    """One definition that changes."""

    kind: str
    """ENTITY, FEATURE_VIEW or FEATURE_SERVICE."""
    name: str
    """Name of the definition."""
    action: str
    """CREATE, UPDATE, NEW_VERSION (served beside the old one) or DELETE."""
    details: Sequence[ChangeDetail]
    """What changes inside of it."""

    def __str__(self) -> str:
        lines = [f"{self.action} {self.kind} {self.name}"]
        lines += [f"  {it.path}: {it.before or '∅'} → {it.after or '∅'}" for it in self.details]
        return "\n".join(lines)


@dataclass(frozen=True)
class Plan:
    """What an apply would change; empty is false."""

    base_version: int
    """Version that it was planned on; an apply can name it. 0: the project does not exist yet."""
    changes: Sequence[Change]
    """In the order entities, views, services."""

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.changes)) or "nothing to change"


@dataclass(frozen=True)
class Applied:
    """What an apply has changed."""

    version: int
    """Version of the project now."""
    changes: Sequence[Change]
    """In the order entities, views, services."""

    def __str__(self) -> str:
        return "\n".join([f"version {self.version}", *map(str, self.changes)])


def changes_of(messages: Sequence[registry_pb2.Change]) -> list[Change]:
    """Makes changes of their messages."""
    return [
        Change(
            kind=registry_pb2.DefinitionKind.Name(it.kind).removeprefix("DEFINITION_KIND_"),
            name=it.name,
            action=registry_pb2.Change.Action.Name(it.action).removeprefix("ACTION_"),
            details=[ChangeDetail(line.path, line.before, line.after) for line in it.details],
        )
        for it in messages
    ]
