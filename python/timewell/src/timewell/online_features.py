"""The answer of an online read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from timewell._training.to_pandas import to_pandas
from timewell.status import Status

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]


@dataclass(frozen=True)
class OnlineFeatures:
    """Features by name, in the order of the request.

    Values are Python values: None for NULL and where the view is not PRESENT, an aware datetime
    (UTC) for TIMESTAMP.
    """

    names: Sequence[str]
    """Columns of features.

    `<view or alias>__<feature>` in the order asked for, then on-demand features.
    """
    rows: Sequence[Mapping[str, Any]]
    """Values by column name, for each row of the request."""
    statuses: Mapping[str, Sequence[Status]]
    """View or alias to a status for each row."""
    event_times: Mapping[str, Sequence[datetime | None]]
    """View or alias to the event time of each row; empty where times were not asked for."""
    available_times: Mapping[str, Sequence[datetime | None]]
    """Likewise when serving could first have seen the row; None where it is not recorded."""
    served_at: datetime
    """When the answer was made, UTC."""
    registry_version: int
    """Version of the registry snapshot that answered."""
    service_revision: int
    """Revision of the feature service that answered.

    0 where features were asked for by reference.
    """
    keys: Sequence[Mapping[str, Any]]
    """The rows of the request."""
    schema: pa.Schema
    """Arrow types of the features."""

    def __len__(self) -> int:
        return len(self.rows)

    def to_dict(self, *, include_keys: bool = True) -> dict[str, list[Any]]:
        """A list of values for each column: those of the request first, then the features."""
        keys = list(dict.fromkeys(name for row in self.keys for name in row))
        own = {name: [row.get(name) for row in self.keys] for name in keys if include_keys}
        return own | {name: [row[name] for row in self.rows] for name in self.names}

    def to_arrow(self, *, include_keys: bool = True) -> pa.Table:
        """An Arrow table with the columns of `to_dict`, features in their declared types."""
        columns = self.to_dict(include_keys=include_keys)
        arrays = {
            name: pa.array(values, self.schema.field(name).type if name in self.names else None)
            for name, values in columns.items()
        }
        return pa.table(arrays)

    def to_pandas(self, *, include_keys: bool = True) -> pd.DataFrame:
        """A pandas frame with the columns of `to_dict`; docs/python.md maps the types."""
        return to_pandas(self.to_arrow(include_keys=include_keys))

    def __repr__(self) -> str:
        return f"OnlineFeatures({len(self.rows)} rows, {len(self.names)} features)"

    def _repr_html_(self) -> str:
        columns = self.to_dict()
        head = "".join(f"<th>{_escaped(name)}</th>" for name in columns)
        shown = list(zip(*columns.values(), strict=True))[:20]
        body = "".join(
            f"<tr>{''.join(f'<td>{_escaped(value)}</td>' for value in row)}</tr>" for row in shown
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _escaped(value: object) -> str:
    text = "" if value is None else str(value)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
