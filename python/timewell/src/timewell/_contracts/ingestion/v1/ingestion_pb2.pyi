# Generated from proto/ by npm run gen. Do not change it by hand.
# mypy: disable-error-code="type-arg,misc,no-untyped-def"
from timewell._contracts.ingestion.v1 import erase_pb2 as _erase_pb2
from timewell._contracts.ingestion.v1 import quarantine_pb2 as _quarantine_pb2
from timewell._contracts.types.v1 import access_pb2 as _access_pb2
from timewell._contracts.types.v1 import log_position_pb2 as _log_position_pb2
from timewell._contracts.types.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Wait(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WAIT_UNSPECIFIED: _ClassVar[Wait]
    WAIT_DURABLE: _ClassVar[Wait]
    WAIT_ONLINE: _ClassVar[Wait]
WAIT_UNSPECIFIED: Wait
WAIT_DURABLE: Wait
WAIT_ONLINE: Wait

class PushRequest(_message.Message):
    __slots__ = ("project", "feature_view", "version", "rows", "wait", "request_id", "also_versions")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEW_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ALSO_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_view: str
    version: int
    rows: _containers.RepeatedCompositeFieldContainer[PushRow]
    wait: Wait
    request_id: str
    also_versions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, project: _Optional[str] = ..., feature_view: _Optional[str] = ..., version: _Optional[int] = ..., rows: _Optional[_Iterable[_Union[PushRow, _Mapping]]] = ..., wait: _Optional[_Union[Wait, str]] = ..., request_id: _Optional[str] = ..., also_versions: _Optional[_Iterable[int]] = ...) -> None: ...

class PushStreamRequest(_message.Message):
    __slots__ = ("sequence", "push")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PUSH_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    push: PushRequest
    def __init__(self, sequence: _Optional[int] = ..., push: _Optional[_Union[PushRequest, _Mapping]] = ...) -> None: ...

class PushStreamResponse(_message.Message):
    __slots__ = ("sequence", "response", "error")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    response: PushResponse
    error: RowError
    def __init__(self, sequence: _Optional[int] = ..., response: _Optional[_Union[PushResponse, _Mapping]] = ..., error: _Optional[_Union[RowError, _Mapping]] = ...) -> None: ...

class PushRow(_message.Message):
    __slots__ = ("keys", "features", "event_time_us", "operation")
    class Operation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        OPERATION_UNSPECIFIED: _ClassVar[PushRow.Operation]
        OPERATION_PUT: _ClassVar[PushRow.Operation]
        OPERATION_DELETE: _ClassVar[PushRow.Operation]
    OPERATION_UNSPECIFIED: PushRow.Operation
    OPERATION_PUT: PushRow.Operation
    OPERATION_DELETE: PushRow.Operation
    class KeysEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _value_pb2.Value
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.Value, _Mapping]] = ...) -> None: ...
    class FeaturesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _value_pb2.Value
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.Value, _Mapping]] = ...) -> None: ...
    KEYS_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_US_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.MessageMap[str, _value_pb2.Value]
    features: _containers.MessageMap[str, _value_pb2.Value]
    event_time_us: int
    operation: PushRow.Operation
    def __init__(self, keys: _Optional[_Mapping[str, _value_pb2.Value]] = ..., features: _Optional[_Mapping[str, _value_pb2.Value]] = ..., event_time_us: _Optional[int] = ..., operation: _Optional[_Union[PushRow.Operation, str]] = ...) -> None: ...

class PushResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[PushResult]
    def __init__(self, results: _Optional[_Iterable[_Union[PushResult, _Mapping]]] = ...) -> None: ...

class PushResult(_message.Message):
    __slots__ = ("position", "error")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    position: _log_position_pb2.LogPosition
    error: RowError
    def __init__(self, position: _Optional[_Union[_log_position_pb2.LogPosition, _Mapping]] = ..., error: _Optional[_Union[RowError, _Mapping]] = ...) -> None: ...

class RowError(_message.Message):
    __slots__ = ("kind", "message")
    KIND_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    message: str
    def __init__(self, kind: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class MaterializeRequest(_message.Message):
    __slots__ = ("project", "feature_view", "version", "from_us", "to_us")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEW_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FROM_US_FIELD_NUMBER: _ClassVar[int]
    TO_US_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_view: str
    version: int
    from_us: int
    to_us: int
    def __init__(self, project: _Optional[str] = ..., feature_view: _Optional[str] = ..., version: _Optional[int] = ..., from_us: _Optional[int] = ..., to_us: _Optional[int] = ...) -> None: ...

class MaterializeResponse(_message.Message):
    __slots__ = ("progress",)
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    progress: Progress
    def __init__(self, progress: _Optional[_Union[Progress, _Mapping]] = ...) -> None: ...

class MaterializeIncrementalRequest(_message.Message):
    __slots__ = ("project", "feature_view", "version", "to_us", "overlap_ms")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEW_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TO_US_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_MS_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_view: str
    version: int
    to_us: int
    overlap_ms: int
    def __init__(self, project: _Optional[str] = ..., feature_view: _Optional[str] = ..., version: _Optional[int] = ..., to_us: _Optional[int] = ..., overlap_ms: _Optional[int] = ...) -> None: ...

class MaterializeIncrementalResponse(_message.Message):
    __slots__ = ("progress",)
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    progress: Progress
    def __init__(self, progress: _Optional[_Union[Progress, _Mapping]] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ("run", "rows_read", "rows_written", "rows_total", "done", "from_us", "to_us", "rows_expired", "rows_violating")
    RUN_FIELD_NUMBER: _ClassVar[int]
    ROWS_READ_FIELD_NUMBER: _ClassVar[int]
    ROWS_WRITTEN_FIELD_NUMBER: _ClassVar[int]
    ROWS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    FROM_US_FIELD_NUMBER: _ClassVar[int]
    TO_US_FIELD_NUMBER: _ClassVar[int]
    ROWS_EXPIRED_FIELD_NUMBER: _ClassVar[int]
    ROWS_VIOLATING_FIELD_NUMBER: _ClassVar[int]
    run: int
    rows_read: int
    rows_written: int
    rows_total: int
    done: bool
    from_us: int
    to_us: int
    rows_expired: int
    rows_violating: int
    def __init__(self, run: _Optional[int] = ..., rows_read: _Optional[int] = ..., rows_written: _Optional[int] = ..., rows_total: _Optional[int] = ..., done: bool = ..., from_us: _Optional[int] = ..., to_us: _Optional[int] = ..., rows_expired: _Optional[int] = ..., rows_violating: _Optional[int] = ...) -> None: ...

class BackfillRequest(_message.Message):
    __slots__ = ("project", "feature_view", "version", "from_us", "to_us", "chunk_ms", "parallelism", "again")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEW_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FROM_US_FIELD_NUMBER: _ClassVar[int]
    TO_US_FIELD_NUMBER: _ClassVar[int]
    CHUNK_MS_FIELD_NUMBER: _ClassVar[int]
    PARALLELISM_FIELD_NUMBER: _ClassVar[int]
    AGAIN_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_view: str
    version: int
    from_us: int
    to_us: int
    chunk_ms: int
    parallelism: int
    again: bool
    def __init__(self, project: _Optional[str] = ..., feature_view: _Optional[str] = ..., version: _Optional[int] = ..., from_us: _Optional[int] = ..., to_us: _Optional[int] = ..., chunk_ms: _Optional[int] = ..., parallelism: _Optional[int] = ..., again: bool = ...) -> None: ...

class BackfillResponse(_message.Message):
    __slots__ = ("progress", "chunks", "chunks_done", "chunks_before")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    CHUNKS_FIELD_NUMBER: _ClassVar[int]
    CHUNKS_DONE_FIELD_NUMBER: _ClassVar[int]
    CHUNKS_BEFORE_FIELD_NUMBER: _ClassVar[int]
    progress: Progress
    chunks: int
    chunks_done: int
    chunks_before: int
    def __init__(self, progress: _Optional[_Union[Progress, _Mapping]] = ..., chunks: _Optional[int] = ..., chunks_done: _Optional[int] = ..., chunks_before: _Optional[int] = ...) -> None: ...

class CompactSegmentsRequest(_message.Message):
    __slots__ = ("project", "feature_view")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEW_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_view: str
    def __init__(self, project: _Optional[str] = ..., feature_view: _Optional[str] = ...) -> None: ...

class CompactSegmentsResponse(_message.Message):
    __slots__ = ("segments_merged", "segments_written", "rows", "done")
    SEGMENTS_MERGED_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_WRITTEN_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    segments_merged: int
    segments_written: int
    rows: int
    done: bool
    def __init__(self, segments_merged: _Optional[int] = ..., segments_written: _Optional[int] = ..., rows: _Optional[int] = ..., done: bool = ...) -> None: ...

class RebuildOnlineRequest(_message.Message):
    __slots__ = ("project", "feature_view", "version")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEW_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_view: str
    version: int
    def __init__(self, project: _Optional[str] = ..., feature_view: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class RebuildOnlineResponse(_message.Message):
    __slots__ = ("progress",)
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    progress: Progress
    def __init__(self, progress: _Optional[_Union[Progress, _Mapping]] = ...) -> None: ...

class CollectGarbageRequest(_message.Message):
    __slots__ = ("project", "feature_view")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEW_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_view: str
    def __init__(self, project: _Optional[str] = ..., feature_view: _Optional[str] = ...) -> None: ...

class CollectGarbageResponse(_message.Message):
    __slots__ = ("progress",)
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    progress: Progress
    def __init__(self, progress: _Optional[_Union[Progress, _Mapping]] = ...) -> None: ...

class GetIngestionStatusRequest(_message.Message):
    __slots__ = ("project",)
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    project: str
    def __init__(self, project: _Optional[str] = ...) -> None: ...

class GetIngestionStatusResponse(_message.Message):
    __slots__ = ("views", "backlog_rows", "log_engine", "online_engine", "online_available", "online_gaps")
    class OnlineGap(_message.Message):
        __slots__ = ("from_us", "to_us", "reason", "store")
        class Reason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
            __slots__ = ()
            REASON_UNSPECIFIED: _ClassVar[GetIngestionStatusResponse.OnlineGap.Reason]
            REASON_UNREACHABLE: _ClassVar[GetIngestionStatusResponse.OnlineGap.Reason]
            REASON_MISCONFIGURED: _ClassVar[GetIngestionStatusResponse.OnlineGap.Reason]
            REASON_RESTARTED: _ClassVar[GetIngestionStatusResponse.OnlineGap.Reason]
            REASON_LOST_DATA: _ClassVar[GetIngestionStatusResponse.OnlineGap.Reason]
        REASON_UNSPECIFIED: GetIngestionStatusResponse.OnlineGap.Reason
        REASON_UNREACHABLE: GetIngestionStatusResponse.OnlineGap.Reason
        REASON_MISCONFIGURED: GetIngestionStatusResponse.OnlineGap.Reason
        REASON_RESTARTED: GetIngestionStatusResponse.OnlineGap.Reason
        REASON_LOST_DATA: GetIngestionStatusResponse.OnlineGap.Reason
        FROM_US_FIELD_NUMBER: _ClassVar[int]
        TO_US_FIELD_NUMBER: _ClassVar[int]
        REASON_FIELD_NUMBER: _ClassVar[int]
        STORE_FIELD_NUMBER: _ClassVar[int]
        from_us: int
        to_us: int
        reason: GetIngestionStatusResponse.OnlineGap.Reason
        store: str
        def __init__(self, from_us: _Optional[int] = ..., to_us: _Optional[int] = ..., reason: _Optional[_Union[GetIngestionStatusResponse.OnlineGap.Reason, str]] = ..., store: _Optional[str] = ...) -> None: ...
    class ViewStatus(_message.Message):
        __slots__ = ("view", "version", "last_run", "last_run_finished_at_us", "materialized_to_us", "last_run_rows", "log_rows", "applied_rows", "event_time_max_us", "segment_rows", "stream", "quarantined_rows", "next_run_at_us", "violations")
        class ViolationsEntry(_message.Message):
            __slots__ = ("key", "value")
            KEY_FIELD_NUMBER: _ClassVar[int]
            VALUE_FIELD_NUMBER: _ClassVar[int]
            key: str
            value: int
            def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
        VIEW_FIELD_NUMBER: _ClassVar[int]
        VERSION_FIELD_NUMBER: _ClassVar[int]
        LAST_RUN_FIELD_NUMBER: _ClassVar[int]
        LAST_RUN_FINISHED_AT_US_FIELD_NUMBER: _ClassVar[int]
        MATERIALIZED_TO_US_FIELD_NUMBER: _ClassVar[int]
        LAST_RUN_ROWS_FIELD_NUMBER: _ClassVar[int]
        LOG_ROWS_FIELD_NUMBER: _ClassVar[int]
        APPLIED_ROWS_FIELD_NUMBER: _ClassVar[int]
        EVENT_TIME_MAX_US_FIELD_NUMBER: _ClassVar[int]
        SEGMENT_ROWS_FIELD_NUMBER: _ClassVar[int]
        STREAM_FIELD_NUMBER: _ClassVar[int]
        QUARANTINED_ROWS_FIELD_NUMBER: _ClassVar[int]
        NEXT_RUN_AT_US_FIELD_NUMBER: _ClassVar[int]
        VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
        view: str
        version: int
        last_run: int
        last_run_finished_at_us: int
        materialized_to_us: int
        last_run_rows: int
        log_rows: int
        applied_rows: int
        event_time_max_us: int
        segment_rows: int
        stream: GetIngestionStatusResponse.StreamStatus
        quarantined_rows: int
        next_run_at_us: int
        violations: _containers.ScalarMap[str, int]
        def __init__(self, view: _Optional[str] = ..., version: _Optional[int] = ..., last_run: _Optional[int] = ..., last_run_finished_at_us: _Optional[int] = ..., materialized_to_us: _Optional[int] = ..., last_run_rows: _Optional[int] = ..., log_rows: _Optional[int] = ..., applied_rows: _Optional[int] = ..., event_time_max_us: _Optional[int] = ..., segment_rows: _Optional[int] = ..., stream: _Optional[_Union[GetIngestionStatusResponse.StreamStatus, _Mapping]] = ..., quarantined_rows: _Optional[int] = ..., next_run_at_us: _Optional[int] = ..., violations: _Optional[_Mapping[str, int]] = ...) -> None: ...
    class StreamStatus(_message.Message):
        __slots__ = ("topic", "next_offsets", "lag_records", "records", "problem")
        class NextOffsetsEntry(_message.Message):
            __slots__ = ("key", "value")
            KEY_FIELD_NUMBER: _ClassVar[int]
            VALUE_FIELD_NUMBER: _ClassVar[int]
            key: int
            value: int
            def __init__(self, key: _Optional[int] = ..., value: _Optional[int] = ...) -> None: ...
        TOPIC_FIELD_NUMBER: _ClassVar[int]
        NEXT_OFFSETS_FIELD_NUMBER: _ClassVar[int]
        LAG_RECORDS_FIELD_NUMBER: _ClassVar[int]
        RECORDS_FIELD_NUMBER: _ClassVar[int]
        PROBLEM_FIELD_NUMBER: _ClassVar[int]
        topic: str
        next_offsets: _containers.ScalarMap[int, int]
        lag_records: int
        records: int
        problem: str
        def __init__(self, topic: _Optional[str] = ..., next_offsets: _Optional[_Mapping[int, int]] = ..., lag_records: _Optional[int] = ..., records: _Optional[int] = ..., problem: _Optional[str] = ...) -> None: ...
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    BACKLOG_ROWS_FIELD_NUMBER: _ClassVar[int]
    LOG_ENGINE_FIELD_NUMBER: _ClassVar[int]
    ONLINE_ENGINE_FIELD_NUMBER: _ClassVar[int]
    ONLINE_AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    ONLINE_GAPS_FIELD_NUMBER: _ClassVar[int]
    views: _containers.RepeatedCompositeFieldContainer[GetIngestionStatusResponse.ViewStatus]
    backlog_rows: int
    log_engine: str
    online_engine: str
    online_available: bool
    online_gaps: _containers.RepeatedCompositeFieldContainer[GetIngestionStatusResponse.OnlineGap]
    def __init__(self, views: _Optional[_Iterable[_Union[GetIngestionStatusResponse.ViewStatus, _Mapping]]] = ..., backlog_rows: _Optional[int] = ..., log_engine: _Optional[str] = ..., online_engine: _Optional[str] = ..., online_available: bool = ..., online_gaps: _Optional[_Iterable[_Union[GetIngestionStatusResponse.OnlineGap, _Mapping]]] = ...) -> None: ...
