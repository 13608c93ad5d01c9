# Generated from proto/ by npm run gen. Do not change it by hand.
# mypy: disable-error-code="type-arg,misc,no-untyped-def"
from timewell._contracts.types.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EraseEntityRequest(_message.Message):
    __slots__ = ("project", "entity", "keys", "reason")
    class KeysEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _value_pb2.Value
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.Value, _Mapping]] = ...) -> None: ...
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    project: str
    entity: str
    keys: _containers.MessageMap[str, _value_pb2.Value]
    reason: str
    def __init__(self, project: _Optional[str] = ..., entity: _Optional[str] = ..., keys: _Optional[_Mapping[str, _value_pb2.Value]] = ..., reason: _Optional[str] = ...) -> None: ...

class EraseEntityResponse(_message.Message):
    __slots__ = ("step", "receipt")
    STEP_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    step: str
    receipt: EraseReceipt
    def __init__(self, step: _Optional[str] = ..., receipt: _Optional[_Union[EraseReceipt, _Mapping]] = ...) -> None: ...

class EraseReceipt(_message.Message):
    __slots__ = ("id", "entity", "key_sha256", "reason", "erased_by", "erased_at_us", "online_rows", "log_rows", "segment_rows", "segments_rewritten", "quarantined_rows", "training_set_ids", "label_files", "source_rows")
    class SourceRows(_message.Message):
        __slots__ = ("view", "path", "rows")
        VIEW_FIELD_NUMBER: _ClassVar[int]
        PATH_FIELD_NUMBER: _ClassVar[int]
        ROWS_FIELD_NUMBER: _ClassVar[int]
        view: str
        path: str
        rows: int
        def __init__(self, view: _Optional[str] = ..., path: _Optional[str] = ..., rows: _Optional[int] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    KEY_SHA256_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ERASED_BY_FIELD_NUMBER: _ClassVar[int]
    ERASED_AT_US_FIELD_NUMBER: _ClassVar[int]
    ONLINE_ROWS_FIELD_NUMBER: _ClassVar[int]
    LOG_ROWS_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_ROWS_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_REWRITTEN_FIELD_NUMBER: _ClassVar[int]
    QUARANTINED_ROWS_FIELD_NUMBER: _ClassVar[int]
    TRAINING_SET_IDS_FIELD_NUMBER: _ClassVar[int]
    LABEL_FILES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_ROWS_FIELD_NUMBER: _ClassVar[int]
    id: str
    entity: str
    key_sha256: str
    reason: str
    erased_by: str
    erased_at_us: int
    online_rows: int
    log_rows: int
    segment_rows: int
    segments_rewritten: int
    quarantined_rows: int
    training_set_ids: _containers.RepeatedScalarFieldContainer[str]
    label_files: int
    source_rows: _containers.RepeatedCompositeFieldContainer[EraseReceipt.SourceRows]
    def __init__(self, id: _Optional[str] = ..., entity: _Optional[str] = ..., key_sha256: _Optional[str] = ..., reason: _Optional[str] = ..., erased_by: _Optional[str] = ..., erased_at_us: _Optional[int] = ..., online_rows: _Optional[int] = ..., log_rows: _Optional[int] = ..., segment_rows: _Optional[int] = ..., segments_rewritten: _Optional[int] = ..., quarantined_rows: _Optional[int] = ..., training_set_ids: _Optional[_Iterable[str]] = ..., label_files: _Optional[int] = ..., source_rows: _Optional[_Iterable[_Union[EraseReceipt.SourceRows, _Mapping]]] = ...) -> None: ...

class FindEntityRequest(_message.Message):
    __slots__ = ("project", "entity", "keys")
    class KeysEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _value_pb2.Value
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.Value, _Mapping]] = ...) -> None: ...
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    project: str
    entity: str
    keys: _containers.MessageMap[str, _value_pb2.Value]
    def __init__(self, project: _Optional[str] = ..., entity: _Optional[str] = ..., keys: _Optional[_Mapping[str, _value_pb2.Value]] = ...) -> None: ...

class FindEntityResponse(_message.Message):
    __slots__ = ("found", "receipts")
    FOUND_FIELD_NUMBER: _ClassVar[int]
    RECEIPTS_FIELD_NUMBER: _ClassVar[int]
    found: EraseReceipt
    receipts: _containers.RepeatedCompositeFieldContainer[EraseReceipt]
    def __init__(self, found: _Optional[_Union[EraseReceipt, _Mapping]] = ..., receipts: _Optional[_Iterable[_Union[EraseReceipt, _Mapping]]] = ...) -> None: ...
