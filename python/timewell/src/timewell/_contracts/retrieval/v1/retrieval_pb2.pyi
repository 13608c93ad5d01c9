# Generated from proto/ by npm run gen. Do not change it by hand.
# mypy: disable-error-code="type-arg,misc,no-untyped-def"
from timewell._contracts.types.v1 import access_pb2 as _access_pb2
from timewell._contracts.types.v1 import definitions_pb2 as _definitions_pb2
from timewell._contracts.types.v1 import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Order(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_UNSPECIFIED: _ClassVar[Order]
    ORDER_LABELS: _ClassVar[Order]
    ORDER_EVENT_TIME: _ClassVar[Order]

class Mode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODE_UNSPECIFIED: _ClassVar[Mode]
    MODE_EVENT_TIME: _ClassVar[Mode]
    MODE_AVAILABLE: _ClassVar[Mode]
ORDER_UNSPECIFIED: Order
ORDER_LABELS: Order
ORDER_EVENT_TIME: Order
MODE_UNSPECIFIED: Mode
MODE_EVENT_TIME: Mode
MODE_AVAILABLE: Mode

class GetTrainingSetRequest(_message.Message):
    __slots__ = ("project", "feature_service", "features", "lookups", "training_set_id", "labels_digest", "labels_path", "labels_follow", "event_time_column", "mode", "include_statuses", "max_age_ms", "labels_chunk", "columns", "shard", "order", "resume_token", "snapshot_id", "drop_labels", "as_of_us")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SERVICE_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    LOOKUPS_FIELD_NUMBER: _ClassVar[int]
    TRAINING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    LABELS_DIGEST_FIELD_NUMBER: _ClassVar[int]
    LABELS_PATH_FIELD_NUMBER: _ClassVar[int]
    LABELS_FOLLOW_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_COLUMN_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_STATUSES_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_MS_FIELD_NUMBER: _ClassVar[int]
    LABELS_CHUNK_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    SHARD_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    DROP_LABELS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_US_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_service: str
    features: _definitions_pb2.FeatureReferences
    lookups: FeatureLookups
    training_set_id: str
    labels_digest: str
    labels_path: str
    labels_follow: bool
    event_time_column: str
    mode: Mode
    include_statuses: bool
    max_age_ms: int
    labels_chunk: bytes
    columns: _containers.RepeatedScalarFieldContainer[str]
    shard: Shard
    order: Order
    resume_token: bytes
    snapshot_id: str
    drop_labels: bool
    as_of_us: int
    def __init__(self, project: _Optional[str] = ..., feature_service: _Optional[str] = ..., features: _Optional[_Union[_definitions_pb2.FeatureReferences, _Mapping]] = ..., lookups: _Optional[_Union[FeatureLookups, _Mapping]] = ..., training_set_id: _Optional[str] = ..., labels_digest: _Optional[str] = ..., labels_path: _Optional[str] = ..., labels_follow: bool = ..., event_time_column: _Optional[str] = ..., mode: _Optional[_Union[Mode, str]] = ..., include_statuses: bool = ..., max_age_ms: _Optional[int] = ..., labels_chunk: _Optional[bytes] = ..., columns: _Optional[_Iterable[str]] = ..., shard: _Optional[_Union[Shard, _Mapping]] = ..., order: _Optional[_Union[Order, str]] = ..., resume_token: _Optional[bytes] = ..., snapshot_id: _Optional[str] = ..., drop_labels: bool = ..., as_of_us: _Optional[int] = ...) -> None: ...

class Shard(_message.Message):
    __slots__ = ("index", "count")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    index: int
    count: int
    def __init__(self, index: _Optional[int] = ..., count: _Optional[int] = ...) -> None: ...

class FeatureLookups(_message.Message):
    __slots__ = ("lookups",)
    LOOKUPS_FIELD_NUMBER: _ClassVar[int]
    lookups: _containers.RepeatedCompositeFieldContainer[FeatureLookup]
    def __init__(self, lookups: _Optional[_Iterable[_Union[FeatureLookup, _Mapping]]] = ...) -> None: ...

class FeatureLookup(_message.Message):
    __slots__ = ("view", "alias", "features", "lookup_keys", "event_time_column")
    VIEW_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    LOOKUP_KEYS_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_COLUMN_FIELD_NUMBER: _ClassVar[int]
    view: str
    alias: str
    features: _containers.RepeatedScalarFieldContainer[str]
    lookup_keys: _containers.RepeatedScalarFieldContainer[str]
    event_time_column: str
    def __init__(self, view: _Optional[str] = ..., alias: _Optional[str] = ..., features: _Optional[_Iterable[str]] = ..., lookup_keys: _Optional[_Iterable[str]] = ..., event_time_column: _Optional[str] = ...) -> None: ...

class GetTrainingSetResponse(_message.Message):
    __slots__ = ("arrow_schema", "arrow_batch", "receipt", "start", "batch_end")
    ARROW_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    ARROW_BATCH_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    BATCH_END_FIELD_NUMBER: _ClassVar[int]
    arrow_schema: bytes
    arrow_batch: bytes
    receipt: Receipt
    start: TrainingSetStart
    batch_end: BatchEnd
    def __init__(self, arrow_schema: _Optional[bytes] = ..., arrow_batch: _Optional[bytes] = ..., receipt: _Optional[_Union[Receipt, _Mapping]] = ..., start: _Optional[_Union[TrainingSetStart, _Mapping]] = ..., batch_end: _Optional[_Union[BatchEnd, _Mapping]] = ...) -> None: ...

class TrainingSetStart(_message.Message):
    __slots__ = ("training_set_id", "snapshot_id", "labels_digest", "rows", "first_ordinal", "end_ordinal", "next_ordinal")
    TRAINING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    LABELS_DIGEST_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    FIRST_ORDINAL_FIELD_NUMBER: _ClassVar[int]
    END_ORDINAL_FIELD_NUMBER: _ClassVar[int]
    NEXT_ORDINAL_FIELD_NUMBER: _ClassVar[int]
    training_set_id: str
    snapshot_id: str
    labels_digest: str
    rows: int
    first_ordinal: int
    end_ordinal: int
    next_ordinal: int
    def __init__(self, training_set_id: _Optional[str] = ..., snapshot_id: _Optional[str] = ..., labels_digest: _Optional[str] = ..., rows: _Optional[int] = ..., first_ordinal: _Optional[int] = ..., end_ordinal: _Optional[int] = ..., next_ordinal: _Optional[int] = ...) -> None: ...

class BatchEnd(_message.Message):
    __slots__ = ("sequence", "first_ordinal", "rows", "digest", "resume_token")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    FIRST_ORDINAL_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    first_ordinal: int
    rows: int
    digest: bytes
    resume_token: bytes
    def __init__(self, sequence: _Optional[int] = ..., first_ordinal: _Optional[int] = ..., rows: _Optional[int] = ..., digest: _Optional[bytes] = ..., resume_token: _Optional[bytes] = ...) -> None: ...

class Receipt(_message.Message):
    __slots__ = ("rows", "registry_version", "feature_service", "feature_service_revision", "views", "warnings", "manifest_version", "training_set_id", "snapshot_id", "labels_digest", "digest", "format_version", "shard", "columns", "rows_in_gaps", "labels_kept")
    class ViewReceipt(_message.Message):
        __slots__ = ("name", "view", "version", "mode", "statuses")
        NAME_FIELD_NUMBER: _ClassVar[int]
        VIEW_FIELD_NUMBER: _ClassVar[int]
        VERSION_FIELD_NUMBER: _ClassVar[int]
        MODE_FIELD_NUMBER: _ClassVar[int]
        STATUSES_FIELD_NUMBER: _ClassVar[int]
        name: str
        view: str
        version: int
        mode: Mode
        statuses: _containers.RepeatedCompositeFieldContainer[Receipt.StatusCount]
        def __init__(self, name: _Optional[str] = ..., view: _Optional[str] = ..., version: _Optional[int] = ..., mode: _Optional[_Union[Mode, str]] = ..., statuses: _Optional[_Iterable[_Union[Receipt.StatusCount, _Mapping]]] = ...) -> None: ...
    class StatusCount(_message.Message):
        __slots__ = ("status", "rows")
        STATUS_FIELD_NUMBER: _ClassVar[int]
        ROWS_FIELD_NUMBER: _ClassVar[int]
        status: _status_pb2.Status
        rows: int
        def __init__(self, status: _Optional[_Union[_status_pb2.Status, str]] = ..., rows: _Optional[int] = ...) -> None: ...
    class ColumnReceipt(_message.Message):
        __slots__ = ("name", "nulls", "expired")
        NAME_FIELD_NUMBER: _ClassVar[int]
        NULLS_FIELD_NUMBER: _ClassVar[int]
        EXPIRED_FIELD_NUMBER: _ClassVar[int]
        name: str
        nulls: int
        expired: int
        def __init__(self, name: _Optional[str] = ..., nulls: _Optional[int] = ..., expired: _Optional[int] = ...) -> None: ...
    ROWS_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_VERSION_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SERVICE_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SERVICE_REVISION_FIELD_NUMBER: _ClassVar[int]
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_VERSION_FIELD_NUMBER: _ClassVar[int]
    TRAINING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    LABELS_DIGEST_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    FORMAT_VERSION_FIELD_NUMBER: _ClassVar[int]
    SHARD_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    ROWS_IN_GAPS_FIELD_NUMBER: _ClassVar[int]
    LABELS_KEPT_FIELD_NUMBER: _ClassVar[int]
    rows: int
    registry_version: int
    feature_service: str
    feature_service_revision: int
    views: _containers.RepeatedCompositeFieldContainer[Receipt.ViewReceipt]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    manifest_version: int
    training_set_id: str
    snapshot_id: str
    labels_digest: str
    digest: str
    format_version: int
    shard: Shard
    columns: _containers.RepeatedCompositeFieldContainer[Receipt.ColumnReceipt]
    rows_in_gaps: int
    labels_kept: bool
    def __init__(self, rows: _Optional[int] = ..., registry_version: _Optional[int] = ..., feature_service: _Optional[str] = ..., feature_service_revision: _Optional[int] = ..., views: _Optional[_Iterable[_Union[Receipt.ViewReceipt, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ..., manifest_version: _Optional[int] = ..., training_set_id: _Optional[str] = ..., snapshot_id: _Optional[str] = ..., labels_digest: _Optional[str] = ..., digest: _Optional[str] = ..., format_version: _Optional[int] = ..., shard: _Optional[_Union[Shard, _Mapping]] = ..., columns: _Optional[_Iterable[_Union[Receipt.ColumnReceipt, _Mapping]]] = ..., rows_in_gaps: _Optional[int] = ..., labels_kept: bool = ...) -> None: ...

class TrainingSetRecord(_message.Message):
    __slots__ = ("training_set_id", "request", "snapshot_id", "rows", "labels_digest", "labels_kept", "created_at_us", "created_by", "receipts", "snapshot")
    TRAINING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    LABELS_DIGEST_FIELD_NUMBER: _ClassVar[int]
    LABELS_KEPT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_US_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    RECEIPTS_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    training_set_id: str
    request: GetTrainingSetRequest
    snapshot_id: str
    rows: int
    labels_digest: str
    labels_kept: bool
    created_at_us: int
    created_by: str
    receipts: _containers.RepeatedCompositeFieldContainer[Receipt]
    snapshot: OfflineSnapshot
    def __init__(self, training_set_id: _Optional[str] = ..., request: _Optional[_Union[GetTrainingSetRequest, _Mapping]] = ..., snapshot_id: _Optional[str] = ..., rows: _Optional[int] = ..., labels_digest: _Optional[str] = ..., labels_kept: bool = ..., created_at_us: _Optional[int] = ..., created_by: _Optional[str] = ..., receipts: _Optional[_Iterable[_Union[Receipt, _Mapping]]] = ..., snapshot: _Optional[_Union[OfflineSnapshot, _Mapping]] = ...) -> None: ...

class OfflineSnapshot(_message.Message):
    __slots__ = ("snapshot_id", "manifest_version", "log_positions", "unavailable", "source_files")
    class PositionRange(_message.Message):
        __slots__ = ("partition", "first", "last")
        PARTITION_FIELD_NUMBER: _ClassVar[int]
        FIRST_FIELD_NUMBER: _ClassVar[int]
        LAST_FIELD_NUMBER: _ClassVar[int]
        partition: int
        first: int
        last: int
        def __init__(self, partition: _Optional[int] = ..., first: _Optional[int] = ..., last: _Optional[int] = ...) -> None: ...
    class SourceFile(_message.Message):
        __slots__ = ("path", "bytes", "sha256")
        PATH_FIELD_NUMBER: _ClassVar[int]
        BYTES_FIELD_NUMBER: _ClassVar[int]
        SHA256_FIELD_NUMBER: _ClassVar[int]
        path: str
        bytes: int
        sha256: str
        def __init__(self, path: _Optional[str] = ..., bytes: _Optional[int] = ..., sha256: _Optional[str] = ...) -> None: ...
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_VERSION_FIELD_NUMBER: _ClassVar[int]
    LOG_POSITIONS_FIELD_NUMBER: _ClassVar[int]
    UNAVAILABLE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FILES_FIELD_NUMBER: _ClassVar[int]
    snapshot_id: str
    manifest_version: int
    log_positions: _containers.RepeatedScalarFieldContainer[int]
    unavailable: _containers.RepeatedCompositeFieldContainer[OfflineSnapshot.PositionRange]
    source_files: _containers.RepeatedCompositeFieldContainer[OfflineSnapshot.SourceFile]
    def __init__(self, snapshot_id: _Optional[str] = ..., manifest_version: _Optional[int] = ..., log_positions: _Optional[_Iterable[int]] = ..., unavailable: _Optional[_Iterable[_Union[OfflineSnapshot.PositionRange, _Mapping]]] = ..., source_files: _Optional[_Iterable[_Union[OfflineSnapshot.SourceFile, _Mapping]]] = ...) -> None: ...

class ListTrainingSetsRequest(_message.Message):
    __slots__ = ("project", "feature_service", "page_size", "page_token")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SERVICE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_service: str
    page_size: int
    page_token: str
    def __init__(self, project: _Optional[str] = ..., feature_service: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTrainingSetsResponse(_message.Message):
    __slots__ = ("training_sets", "next_page_token")
    TRAINING_SETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    training_sets: _containers.RepeatedCompositeFieldContainer[TrainingSetRecord]
    next_page_token: str
    def __init__(self, training_sets: _Optional[_Iterable[_Union[TrainingSetRecord, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DescribeTrainingSetRequest(_message.Message):
    __slots__ = ("project", "training_set_id")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRAINING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    project: str
    training_set_id: str
    def __init__(self, project: _Optional[str] = ..., training_set_id: _Optional[str] = ...) -> None: ...

class DescribeTrainingSetResponse(_message.Message):
    __slots__ = ("training_set",)
    TRAINING_SET_FIELD_NUMBER: _ClassVar[int]
    training_set: TrainingSetRecord
    def __init__(self, training_set: _Optional[_Union[TrainingSetRecord, _Mapping]] = ...) -> None: ...
