"""Timewell for Python: define features, serve them, and train on what was served."""

from timewell._version import __version__
from timewell.definitions.collect import Definition, collect
from timewell.definitions.entity import Entity
from timewell.definitions.feature import Feature
from timewell.definitions.feature_service import FeatureService
from timewell.definitions.feature_view import FeatureView
from timewell.definitions.on_demand_feature import OnDemandFeature
from timewell.definitions.request_data import RequestData
from timewell.definitions.source import CsvSource, FileSource, ParquetSource
from timewell.definitions.value_type import (
    BOOL,
    BYTES,
    DOUBLE,
    FLOAT,
    INT32,
    INT64,
    STRING,
    TIMESTAMP,
    List,
    Scalar,
    ValueType,
    Vector,
)
from timewell.definitions.view_use import ViewUse

__all__ = [
    "BOOL",
    "BYTES",
    "DOUBLE",
    "FLOAT",
    "INT32",
    "INT64",
    "STRING",
    "TIMESTAMP",
    "CsvSource",
    "Definition",
    "Entity",
    "Feature",
    "FeatureService",
    "FeatureView",
    "FileSource",
    "List",
    "OnDemandFeature",
    "ParquetSource",
    "RequestData",
    "Scalar",
    "ValueType",
    "Vector",
    "ViewUse",
    "__version__",
    "collect",
]
