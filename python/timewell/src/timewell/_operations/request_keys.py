"""Types of the keys that requests and labels bring along."""

from __future__ import annotations

from timewell._operations.project_types import ProjectTypes
from timewell._operations.selection import Selection


def request_keys(selected: Selection, types: ProjectTypes | None) -> dict[str, int]:
    """Value type by the name that requests and labels give a key; empty where types are unknown."""
    found: dict[str, int] = {}
    if types is None:
        return found
    for state in types.snapshot.feature_services:
        if state.definition.name == selected.service:
            for use in state.definition.views:
                view = types.view(use.view, use.version)
                for key in view.entity.join_keys if view is not None else ():
                    found[use.join_key_mapping.get(key.name, key.name)] = key.type
    for reference in selected.references:
        name, _, version = reference.partition(":")[0].partition("@")
        view = types.view(name, int(version) if version.isdigit() else 0)
        for key in view.entity.join_keys if view is not None else ():
            found[key.name] = key.type
    return found
