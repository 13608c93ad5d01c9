"""The MLflow signature that follows from the types of features."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from timewell._values.require_module import require_module
from timewell.mlflow._model_record import ModelRecord

# Any feature may be NULL, and in NumPy a column of integers with NULLs is one of doubles.
_DATA_TYPES = {
    "BOOL": "boolean",
    "INT32": "double",
    "INT64": "double",
    "FLOAT": "float",
    "DOUBLE": "double",
    "STRING": "string",
    "BYTES": "binary",
    "TIMESTAMP": "datetime",
}
_ELEMENT_TYPES = _DATA_TYPES | {"INT32": "integer", "INT64": "long"}


def input_types(record: ModelRecord, label_schema: pa.Schema | None) -> dict[str, str]:
    """Type by name of the inputs of a model, "" where it is not known.

    Those that are no features have the types of the labels, where those are known.
    """
    types = {column.column: column.type for column in record.features}
    types |= {column.column: column.type for column in record.computed}
    found = {name: types.get(name, "") for name in record.inputs}
    for name in found:
        if found[name] == "" and label_schema is not None and name in label_schema.names:
            found[name] = _label_type(label_schema.field(name).type)
    return found


def make_signature(types: dict[str, str], outputs: Any = None) -> Any:
    """A signature with one input for each column; `outputs` is an MLflow schema, or None."""
    schema = require_module("mlflow.types.schema", "mlflow")
    models = require_module("mlflow.models", "mlflow")
    columns = [schema.ColSpec(_type_of(schema, types[name]), name) for name in types]
    return models.ModelSignature(inputs=schema.Schema(columns), outputs=outputs)


def _type_of(schema: Any, feature_type: str) -> Any:
    if feature_type in _DATA_TYPES:
        return schema.DataType[_DATA_TYPES[feature_type]]
    if feature_type == "FLOAT_VECTOR":
        return schema.Array(schema.DataType.float)
    element = feature_type.removesuffix("_LIST")
    if element != feature_type and element in _ELEMENT_TYPES:
        return schema.Array(schema.DataType[_ELEMENT_TYPES[element]])
    return schema.AnyType()


def _label_type(arrow: pa.DataType) -> str:
    """The feature type that a column of labels is like."""
    checks = {
        "BOOL": pa.types.is_boolean,
        "INT64": pa.types.is_integer,
        "FLOAT": pa.types.is_float32,
        "DOUBLE": pa.types.is_floating,
        "TIMESTAMP": pa.types.is_timestamp,
    }
    if pa.types.is_string(arrow) or pa.types.is_large_string(arrow):
        return "STRING"
    return next((name for name, fits in checks.items() if fits(arrow)), "")
