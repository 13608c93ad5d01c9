"""Timewell for Python: define features, serve them, and train on what was served."""

from timewell._values.instant import Instant
from timewell._version import __version__
from timewell.changes import Applied, Change, ChangeDetail, Plan
from timewell.client import Client
from timewell.client_options import Timeouts
from timewell.dataset import Dataset
from timewell.definitions.aggregate import (
    Aggregate,
    Count,
    FieldAggregate,
    First,
    Last,
    LastN,
    Max,
    Mean,
    Min,
    Stddev,
    Sum,
)
from timewell.definitions.collect import Definition, collect
from timewell.definitions.constraint import (
    Constraint,
    FreshWithin,
    Matches,
    NotNull,
    OneOf,
    Predicate,
    Range,
)
from timewell.definitions.entity import Entity
from timewell.definitions.feature import Feature
from timewell.definitions.feature_service import FeatureService
from timewell.definitions.feature_view import FeatureView
from timewell.definitions.on_demand_feature import OnDemandFeature
from timewell.definitions.request_data import RequestData
from timewell.definitions.schedule import Schedule
from timewell.definitions.source import CsvSource, FileSource, ParquetSource
from timewell.definitions.stream import KafkaStream
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
from timewell.definitions.view import View
from timewell.definitions.view_use import ViewUse
from timewell.definitions.windowed_feature_view import WindowedFeatureView
from timewell.described import EntityInfo, FeatureServiceInfo, FeatureViewInfo, ViewUseInfo
from timewell.erase_receipt import EntityTraces, EraseReceipt, SourceRows
from timewell.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    CallCancelledError,
    ConflictError,
    DataLossError,
    DeadlineExceededError,
    InternalError,
    InvalidRequestError,
    NaiveTimestampWarning,
    NotFoundError,
    OverloadedError,
    StateError,
    TimewellError,
    UnauthenticatedError,
    UnavailableError,
)
from timewell.feature_lookup import FeatureLookup
from timewell.labels import Labels, ServerPath, StoredLabels
from timewell.lookup_training_set import LookupTrainingSet
from timewell.materialized import Backfilled, Materialized
from timewell.online_features import OnlineFeatures
from timewell.push_result import PushOutcome, PushResult
from timewell.quarantined import QuarantinedContent, QuarantinedRow, Replayed
from timewell.receipt import ColumnReceipt, Mode, Receipt, ViewReceipt
from timewell.recorded_model import ModelView, RecordedModel
from timewell.status import Status
from timewell.tls import Tls
from timewell.training_set import TrainingSet
from timewell.training_set_record import (
    Difference,
    OfflineSnapshot,
    SourceFile,
    TrainingSetRecord,
)

__all__ = [
    "BOOL",
    "BYTES",
    "DOUBLE",
    "FLOAT",
    "INT32",
    "INT64",
    "STRING",
    "TIMESTAMP",
    "AccessDeniedError",
    "Aggregate",
    "AlreadyExistsError",
    "Applied",
    "Backfilled",
    "CallCancelledError",
    "Change",
    "ChangeDetail",
    "Client",
    "ColumnReceipt",
    "ConflictError",
    "Constraint",
    "Count",
    "CsvSource",
    "DataLossError",
    "Dataset",
    "DeadlineExceededError",
    "Definition",
    "Difference",
    "Entity",
    "EntityInfo",
    "EntityTraces",
    "EraseReceipt",
    "Feature",
    "FeatureLookup",
    "FeatureService",
    "FeatureServiceInfo",
    "FeatureView",
    "FeatureViewInfo",
    "FieldAggregate",
    "FileSource",
    "First",
    "FreshWithin",
    "Instant",
    "InternalError",
    "InvalidRequestError",
    "KafkaStream",
    "Labels",
    "Last",
    "LastN",
    "List",
    "LookupTrainingSet",
    "Matches",
    "Materialized",
    "Max",
    "Mean",
    "Min",
    "Mode",
    "ModelView",
    "NaiveTimestampWarning",
    "NotFoundError",
    "NotNull",
    "OfflineSnapshot",
    "OnDemandFeature",
    "OneOf",
    "OnlineFeatures",
    "OverloadedError",
    "ParquetSource",
    "Plan",
    "Predicate",
    "PushOutcome",
    "PushResult",
    "QuarantinedContent",
    "QuarantinedRow",
    "Range",
    "Receipt",
    "RecordedModel",
    "Replayed",
    "RequestData",
    "Scalar",
    "Schedule",
    "ServerPath",
    "SourceFile",
    "SourceRows",
    "StateError",
    "Status",
    "Stddev",
    "StoredLabels",
    "Sum",
    "Timeouts",
    "TimewellError",
    "Tls",
    "TrainingSet",
    "TrainingSetRecord",
    "UnauthenticatedError",
    "UnavailableError",
    "ValueType",
    "Vector",
    "View",
    "ViewReceipt",
    "ViewUse",
    "ViewUseInfo",
    "WindowedFeatureView",
    "__version__",
    "collect",
]
