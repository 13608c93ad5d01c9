"""Which features to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timewell._contracts.types.v1 import definitions_pb2
from timewell.errors import InvalidRequestError


@dataclass(frozen=True)
class Selection:
    """A feature service, or features by reference; one of the two is set."""

    service: str | None
    references: tuple[str, ...]

    @property
    def features(self) -> definitions_pb2.FeatureReferences | None:
        """The references as a message; None where a service is named."""
        if self.service is not None:
            return None
        return definitions_pb2.FeatureReferences(references=self.references)


def selection(service: object, features: object) -> Selection:
    """Checks what a caller named; INVALID_REQUEST where it is not exactly one of the two.

    A definition of a feature service counts as its name.
    """
    if (service is None) == (features is None):
        raise _wrong("neither" if service is None else "both")
    if service is not None:
        name = getattr(service, "name", service)
        if isinstance(name, str):
            return Selection(name, ())
        raise _wrong(repr(service))
    references = [features] if isinstance(features, str) else features
    if isinstance(references, Sequence) and all(isinstance(name, str) for name in references):
        return Selection(None, tuple(references))
    raise _wrong(repr(features))


def _wrong(got: str) -> InvalidRequestError:
    return InvalidRequestError(
        "INVALID_REQUEST",
        f"Cannot select features: got {got}, expected a feature service or a list of references",
        field="service",
        hint='Give service="delay_v1", or features=["view:feature", "view:*"].',
    )
