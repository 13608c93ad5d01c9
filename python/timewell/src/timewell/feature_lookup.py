"""Features of one table, as people who come from Databricks name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import NoReturn

from timewell.errors import InvalidRequestError


@dataclass(frozen=True)
class FeatureLookup:
    """Features to look up in one feature view.

    Example:
        FeatureLookup(
            "airport_hourly",
            feature_names=["departures", "mean_delay"],
            lookup_key="origin",
            timestamp_lookup_key="event_timestamp",
            rename_outputs={"mean_delay": "origin_delay"},
        )

    Raises:
        InvalidRequestError: INVALID_REQUEST for names that are no text, and for outputs that are
            renamed to one name.
    """

    table_name: str
    """Name of the feature view; `view@version` for a version of it."""
    feature_names: str | Sequence[str] | None = None
    """Features to look up, in column order. None: all of the view."""
    lookup_key: str | Sequence[str] | None = None
    """Columns of `df` with the keys of the view, in the order of its entity.

    None: columns that are named as the keys.
    """
    _: KW_ONLY
    timestamp_lookup_key: str | Sequence[str] | None = None
    """Column of `df` with the instant at which to look. None: the latest value there is."""
    rename_outputs: Mapping[str, str] | None = None
    """Feature to its column, where it is not to be the feature's own name."""

    def __post_init__(self) -> None:
        if not isinstance(self.table_name, str) or self.table_name == "":
            self._refuse("table_name", repr(self.table_name), "the name of a feature view")
        if "." in self.table_name:
            self._refuse(
                "table_name",
                repr(self.table_name),
                "the name of a feature view, without catalog and schema",
            )
        for field, names in (("feature_names", self.features), ("lookup_key", self.lookup_keys)):
            if len(set(names)) < len(names):
                self._refuse(field, repr(getattr(self, field)), "each name once")
        if len(self.time_keys) > 1:
            self._refuse(
                "timestamp_lookup_key", repr(self.timestamp_lookup_key), "one column with times"
            )
        if not all(isinstance(name, str) for pair in self.renames.items() for name in pair):
            self._refuse("rename_outputs", repr(self.rename_outputs), "names of features to names")

    @property
    def features(self) -> tuple[str, ...]:
        """The features that are named; none means all."""
        return self._names("feature_names", self.feature_names)

    @property
    def lookup_keys(self) -> tuple[str, ...]:
        """The columns with keys that are named; none means those named as the keys."""
        return self._names("lookup_key", self.lookup_key)

    @property
    def time_keys(self) -> tuple[str, ...]:
        """The column with times, or nothing."""
        return self._names("timestamp_lookup_key", self.timestamp_lookup_key)

    @property
    def renames(self) -> Mapping[str, str]:
        """Feature to its column, of those that are renamed."""
        return self.rename_outputs or {}

    def _names(self, field: str, given: str | Sequence[str] | None) -> tuple[str, ...]:
        names = () if given is None else (given,) if isinstance(given, str) else tuple(given)
        if not all(isinstance(name, str) and name for name in names):
            self._refuse(field, repr(given), "a name or a list of names")
        return names

    def _refuse(self, field: str, got: str, expected: str) -> NoReturn:
        raise InvalidRequestError(
            "INVALID_REQUEST",
            f"Cannot make a FeatureLookup: {field} is {got}, expected {expected}",
            field=field,
        )
