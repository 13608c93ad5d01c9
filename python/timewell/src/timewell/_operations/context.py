"""What operations know besides their arguments."""

from __future__ import annotations

from dataclasses import dataclass, field

from timewell._operations.project_types import ProjectTypes
from timewell.client_options import ClientOptions


@dataclass
class Context:
    """The options of a client, and what it has learnt of its project."""

    options: ClientOptions
    types: ProjectTypes | None = field(default=None)
    """The types of the project's definitions, once they were asked for."""

    @property
    def project(self) -> str:
        """The project that calls are about."""
        return self.options.project
