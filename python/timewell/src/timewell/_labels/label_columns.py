"""The columns of labels: what is wrong with them, and how they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import pyarrow as pa

from timewell._labels.sent_type import sent_type
from timewell._values.rows import refuse_repeated
from timewell._values.warn_caller import warn_caller
from timewell.errors import InvalidRequestError, NaiveTimestampWarning

_NAMES_SHOWN_MAX = 20


@dataclass(frozen=True)
class LabelColumns:
    """Checked columns."""

    schema: pa.Schema
    """As they are sent."""
    time_columns: Sequence[str]
    """Columns with instants, which must not be NULL."""

    def sent(self, batch: pa.RecordBatch, first_row: int) -> pa.RecordBatch:
        """A batch as it is sent; `first_row` is its place among the labels, from 0.

        INVALID_LABELS where an instant is NULL or a batch has other columns than those before.
        """
        if batch.schema.names != self.schema.names:
            raise _invalid(
                f"a batch has the columns {_listed(batch.schema.names)}, those before it have"
                f" {_listed(self.schema.names)}",
                "",
                "Give all batches the same columns.",
            )
        for name in self.time_columns:
            column = batch.column(self.schema.get_field_index(name))
            if column.null_count > 0:
                row = first_row + column.is_valid().index(pa.scalar(value=False)).as_py()
                raise _invalid(
                    f"row {row} (counted from 0) has no event time in {name!r}",
                    name,
                    "Remove the row, or give it a time.",
                )
        if batch.schema == self.schema:
            return batch
        try:
            columns = [
                _cast(column, field.type)
                for column, field in zip(batch.columns, self.schema, strict=True)
            ]
        except pa.ArrowException as cause:
            raise _invalid(
                f"a batch has other types than those before: {cause}",
                "",
                "Give all batches the same types.",
            ) from cause
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def label_columns(schema: pa.Schema, time_columns: Sequence[str]) -> LabelColumns:
    """Checks the columns of labels: INVALID_LABELS names the one that is wrong.

    Times without a zone are UTC, with a NaiveTimestampWarning.
    """
    refuse_repeated(schema.names, "the labels")
    for name in time_columns:
        _check_time(schema, name)
    fields = []
    for field in schema:
        sent = sent_type(field.type)
        if sent is None:
            raise _invalid(
                f"column {field.name!r} has type {field.type}, which labels cannot have",
                field.name,
                "Leave the column out, or cast it.",
            )
        fields.append(pa.field(field.name, sent))
    return LabelColumns(pa.schema(fields), tuple(time_columns))


def _cast(column: pa.Array, to: pa.DataType) -> pa.Array:
    plain = column.storage if isinstance(column, pa.ExtensionArray) else column
    if pa.types.is_dictionary(plain.type):
        # Values first: not every kind of text can be taken by index.
        plain = pa.DictionaryArray.from_arrays(plain.indices, plain.dictionary.cast(to))
        return plain.dictionary_decode()
    return plain if plain.type == to else plain.cast(to)


def _check_time(schema: pa.Schema, name: str) -> None:
    index = schema.get_field_index(name)
    if index < 0:
        close = get_close_matches(name, schema.names, n=1)
        times = [field.name for field in schema if pa.types.is_timestamp(field.type)]
        meant = close or (times if len(times) == 1 else [])
        ask = f"Did you mean event_time_column={meant[0]!r}?" if meant else ""
        raise _invalid(
            f"there is no column {name!r} for the event time;"
            f" the columns are {_listed(schema.names)}",
            name,
            ask or "Name the column with event_time_column, or give as_of for one instant.",
        )
    kind = schema.field(index).type
    if pa.types.is_timestamp(kind):
        if kind.tz is None:
            warn_caller(
                f"Label times in {name!r} have no time zone and are read as UTC",
                NaiveTimestampWarning,
            )
    elif not pa.types.is_date(kind):
        unit = ", unit='s'" if pa.types.is_integer(kind) or pa.types.is_floating(kind) else ""
        raise _invalid(
            f"column {name!r} has type {kind}, expected timestamps for the event time",
            name,
            f"Convert it, for example with pandas.to_datetime(labels[{name!r}]{unit}, utc=True).",
        )


def _listed(names: Sequence[str]) -> str:
    more = "" if len(names) <= _NAMES_SHOWN_MAX else f" and {len(names) - _NAMES_SHOWN_MAX} more"
    return ", ".join(names[:_NAMES_SHOWN_MAX]) + more


def _invalid(problem: str, field: str, hint: str) -> InvalidRequestError:
    message = f"Cannot use the labels: {problem}"
    return InvalidRequestError("INVALID_LABELS", message, field=field, hint=hint)
