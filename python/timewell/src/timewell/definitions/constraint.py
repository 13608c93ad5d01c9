"""Rules for the rows of a view."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import timedelta
from typing import Literal

from timewell._contracts.types.v1 import definitions_pb2
from timewell.definitions._checks import duration_ms, invalid_definition, text
from timewell.definitions._own_parts import own_parts
from timewell.definitions._rule_value import RuleValue, rule_value

_POLICIES = {
    "reject": definitions_pb2.CONSTRAINT_POLICY_REJECT,
    "count": definitions_pb2.CONSTRAINT_POLICY_COUNT,
}


@dataclass(frozen=True)
class Constraint(ABC):
    """A rule for the rows of a view: a `Range`, `OneOf`, `Matches` or another of their like."""

    _: KW_ONLY
    name: str = ""
    """Unique in the view, snake_case. Empty: made of field and rule, like `mean_delay_range`."""
    policy: Literal["reject", "count"] = "reject"
    """What becomes of a row that breaks it: refused and kept in quarantine, or counted."""

    def own_name(self) -> str:
        """The name, else that which is made of the field and the rule."""
        return self.name

    @abstractmethod
    def to_message(self, types: Mapping[str, str], path: str) -> definitions_pb2.Constraint:
        """The message of the rule; `types` are those of keys and of what rows hold, by name."""


@dataclass(frozen=True)
class _FieldConstraint(Constraint):
    field: str
    """Feature, event field or join key that it is about."""

    def _type_of(self, types: Mapping[str, str], path: str) -> str:
        if self.field not in types:
            raise invalid_definition(f"{path}.field", self.field, ", ".join(types))
        return types[self.field]


@dataclass(frozen=True)
class Range(_FieldConstraint):
    """The value lies between two ends, both included; at least one is needed.

    Numbers, TIMESTAMP and STRING. NULL passes.

    Example:
        constraints=[Range("mean_delay", min=-60, max=3_000)]
    """

    _: KW_ONLY
    min: RuleValue | None = None
    """Least value that is allowed."""
    max: RuleValue | None = None
    """Greatest value that is allowed."""

    def own_name(self) -> str:
        """The name, else `<field>_range`."""
        return self.name or f"{self.field}_range"

    def to_message(self, types: Mapping[str, str], path: str) -> definitions_pb2.Constraint:
        """The message of the rule."""
        of = self._type_of(types, path)
        ends = {"min": self.min, "max": self.max}
        given = {
            name: rule_value(end, of, f"{path}.range.{name}")
            for name, end in ends.items()
            if end is not None
        }
        return definitions_pb2.Constraint(range=definitions_pb2.Constraint.Range(**given))


@dataclass(frozen=True)
class OneOf(_FieldConstraint):
    """The value is one of these, 1 to 1,000. NULL passes.

    Example:
        constraints=[OneOf("runway", ["04L", "22R"])]
    """

    values: Sequence[RuleValue]
    """What it may be."""

    def __post_init__(self) -> None:
        own_parts(self, "values")

    def own_name(self) -> str:
        """The name, else `<field>_one_of`."""
        return self.name or f"{self.field}_one_of"

    def to_message(self, types: Mapping[str, str], path: str) -> definitions_pb2.Constraint:
        """The message of the rule."""
        of = self._type_of(types, path)
        values = [
            rule_value(value, of, f"{path}.one_of.values[{i}]")
            for i, value in enumerate(self.values)
        ]
        return definitions_pb2.Constraint(
            one_of=definitions_pb2.Constraint.ValueSet(values=values),
        )


@dataclass(frozen=True)
class Matches(_FieldConstraint):
    """The text matches a regular expression of RE2 as a whole. NULL passes.

    Example:
        constraints=[Matches("airport", "[A-Z]{3}")]
    """

    pattern: str
    """The expression, at most 4,096 characters."""

    def own_name(self) -> str:
        """The name, else `<field>_matches`."""
        return self.name or f"{self.field}_matches"

    def to_message(self, types: Mapping[str, str], path: str) -> definitions_pb2.Constraint:
        """The message of the rule."""
        self._type_of(types, path)
        return definitions_pb2.Constraint(matches=text(self.pattern, f"{path}.matches"))


@dataclass(frozen=True)
class NotNull(_FieldConstraint):
    """The value is there."""

    def own_name(self) -> str:
        """The name, else `<field>_not_null`."""
        return self.name or f"{self.field}_not_null"

    def to_message(self, types: Mapping[str, str], path: str) -> definitions_pb2.Constraint:
        """The message of the rule."""
        self._type_of(types, path)
        return definitions_pb2.Constraint(not_null=True)


@dataclass(frozen=True)
class FreshWithin(Constraint):
    """The event time is at most this far back when the row arrives.

    Example:
        constraints=[FreshWithin(timedelta(hours=1), policy="count")]
    """

    duration: timedelta
    """How far back."""

    def own_name(self) -> str:
        """The name, else `fresh_within`."""
        return self.name or "fresh_within"

    def to_message(self, types: Mapping[str, str], path: str) -> definitions_pb2.Constraint:  # noqa: ARG002
        """The message of the rule."""
        duration = duration_ms(self.duration, f"{path}.fresh_within")
        return definitions_pb2.Constraint(fresh_within_ms=duration)


@dataclass(frozen=True)
class Predicate(Constraint):
    """A CEL expression over features (event fields) and join keys is true, or NULL.

    Example:
        constraints=[Predicate("delayed <= departures", name="delayed_flights_departed")]
    """

    expression: str
    """The expression, at most 4,096 characters."""

    def own_name(self) -> str:
        """The name, else `predicate`."""
        return self.name or "predicate"

    def to_message(self, types: Mapping[str, str], path: str) -> definitions_pb2.Constraint:  # noqa: ARG002
        """The message of the rule."""
        return definitions_pb2.Constraint(predicate=text(self.expression, f"{path}.predicate"))


def constraint_messages(
    constraints: object, types: Mapping[str, str], path: str
) -> list[definitions_pb2.Constraint]:
    """The messages of the constraints of a view; None is none."""
    if constraints is None:
        return []
    if isinstance(constraints, str) or not isinstance(constraints, Sequence):
        raise invalid_definition(path, constraints, "a list of constraints")
    return [_message(constraint, types, path) for constraint in constraints]


def _message(constraint: object, types: Mapping[str, str], path: str) -> definitions_pb2.Constraint:
    if not isinstance(constraint, Constraint):
        raise invalid_definition(path, constraint, "a constraint, like Range or NotNull")
    own_path = f"{path}[{constraint.own_name()}]"
    if constraint.policy not in _POLICIES:
        raise invalid_definition(f"{own_path}.policy", constraint.policy, "reject or count")
    message = constraint.to_message(types, own_path)
    message.name = text(constraint.own_name(), f"{own_path}.name")
    if isinstance(constraint, _FieldConstraint):
        message.field = constraint.field
    message.policy = _POLICIES[constraint.policy]
    return message
