# Generated from proto/ by npm run gen. Do not change it by hand.
# mypy: disable-error-code="type-arg,misc,no-untyped-def"
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QuarantinedRow(_message.Message):
    __slots__ = ("id", "view", "version", "origin", "kind", "message", "constraint", "refused_at_us", "content_bytes")
    class Origin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ORIGIN_UNSPECIFIED: _ClassVar[QuarantinedRow.Origin]
        ORIGIN_PUSH: _ClassVar[QuarantinedRow.Origin]
        ORIGIN_STREAM: _ClassVar[QuarantinedRow.Origin]
    ORIGIN_UNSPECIFIED: QuarantinedRow.Origin
    ORIGIN_PUSH: QuarantinedRow.Origin
    ORIGIN_STREAM: QuarantinedRow.Origin
    ID_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINT_FIELD_NUMBER: _ClassVar[int]
    REFUSED_AT_US_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    CONTENT_BYTES_FIELD_NUMBER: _ClassVar[int]
    id: int
    view: str
    version: int
    origin: QuarantinedRow.Origin
    kind: str
    message: str
    constraint: str
    refused_at_us: int
    content_bytes: int
    def __init__(self, id: _Optional[int] = ..., view: _Optional[str] = ..., version: _Optional[int] = ..., origin: _Optional[_Union[QuarantinedRow.Origin, str]] = ..., kind: _Optional[str] = ..., message: _Optional[str] = ..., constraint: _Optional[str] = ..., refused_at_us: _Optional[int] = ..., content_bytes: _Optional[int] = ..., **kwargs) -> None: ...

class ListQuarantineRequest(_message.Message):
    __slots__ = ("project", "feature_view", "kind", "page_size", "page_token")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEW_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_view: str
    kind: str
    page_size: int
    page_token: str
    def __init__(self, project: _Optional[str] = ..., feature_view: _Optional[str] = ..., kind: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListQuarantineResponse(_message.Message):
    __slots__ = ("rows", "next_page_token")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[QuarantinedRow]
    next_page_token: str
    def __init__(self, rows: _Optional[_Iterable[_Union[QuarantinedRow, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetQuarantinedRequest(_message.Message):
    __slots__ = ("project", "id")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    project: str
    id: int
    def __init__(self, project: _Optional[str] = ..., id: _Optional[int] = ...) -> None: ...

class GetQuarantinedResponse(_message.Message):
    __slots__ = ("row", "content", "content_json", "record_key")
    ROW_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_JSON_FIELD_NUMBER: _ClassVar[int]
    RECORD_KEY_FIELD_NUMBER: _ClassVar[int]
    row: QuarantinedRow
    content: bytes
    content_json: str
    record_key: bytes
    def __init__(self, row: _Optional[_Union[QuarantinedRow, _Mapping]] = ..., content: _Optional[bytes] = ..., content_json: _Optional[str] = ..., record_key: _Optional[bytes] = ...) -> None: ...

class QuarantineSelection(_message.Message):
    __slots__ = ("ids", "kind", "all")
    IDS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[int]
    kind: str
    all: bool
    def __init__(self, ids: _Optional[_Iterable[int]] = ..., kind: _Optional[str] = ..., all: bool = ...) -> None: ...

class ReplayQuarantineRequest(_message.Message):
    __slots__ = ("project", "feature_view", "selection")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEW_FIELD_NUMBER: _ClassVar[int]
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_view: str
    selection: QuarantineSelection
    def __init__(self, project: _Optional[str] = ..., feature_view: _Optional[str] = ..., selection: _Optional[_Union[QuarantineSelection, _Mapping]] = ...) -> None: ...

class ReplayQuarantineResponse(_message.Message):
    __slots__ = ("accepted", "refused", "first_refused")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    FIRST_REFUSED_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    refused: int
    first_refused: _containers.RepeatedCompositeFieldContainer[QuarantinedRow]
    def __init__(self, accepted: _Optional[int] = ..., refused: _Optional[int] = ..., first_refused: _Optional[_Iterable[_Union[QuarantinedRow, _Mapping]]] = ...) -> None: ...

class DropQuarantinedRequest(_message.Message):
    __slots__ = ("project", "feature_view", "selection")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEW_FIELD_NUMBER: _ClassVar[int]
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_view: str
    selection: QuarantineSelection
    def __init__(self, project: _Optional[str] = ..., feature_view: _Optional[str] = ..., selection: _Optional[_Union[QuarantineSelection, _Mapping]] = ...) -> None: ...

class DropQuarantinedResponse(_message.Message):
    __slots__ = ("dropped",)
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    dropped: int
    def __init__(self, dropped: _Optional[int] = ...) -> None: ...
