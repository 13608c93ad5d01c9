# Generated from proto/ by npm run gen. Do not change it by hand.
# mypy: disable-error-code="type-arg,misc,no-untyped-def"
from timewell._contracts.types.v1 import access_pb2 as _access_pb2
from timewell._contracts.types.v1 import definitions_pb2 as _definitions_pb2
from timewell._contracts.types.v1 import log_position_pb2 as _log_position_pb2
from timewell._contracts.types.v1 import status_pb2 as _status_pb2
from timewell._contracts.types.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetOnlineFeaturesRequest(_message.Message):
    __slots__ = ("project", "feature_service", "features", "rows", "options")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SERVICE_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    project: str
    feature_service: str
    features: _definitions_pb2.FeatureReferences
    rows: _containers.RepeatedCompositeFieldContainer[_value_pb2.EntityRow]
    options: ReadOptions
    def __init__(self, project: _Optional[str] = ..., feature_service: _Optional[str] = ..., features: _Optional[_Union[_definitions_pb2.FeatureReferences, _Mapping]] = ..., rows: _Optional[_Iterable[_Union[_value_pb2.EntityRow, _Mapping]]] = ..., options: _Optional[_Union[ReadOptions, _Mapping]] = ...) -> None: ...

class ReadOptions(_message.Message):
    __slots__ = ("as_of_us", "max_age_ms", "include_times", "allow_partial", "after")
    AS_OF_US_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_MS_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_TIMES_FIELD_NUMBER: _ClassVar[int]
    ALLOW_PARTIAL_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    as_of_us: int
    max_age_ms: int
    include_times: bool
    allow_partial: bool
    after: _containers.RepeatedCompositeFieldContainer[_log_position_pb2.LogPosition]
    def __init__(self, as_of_us: _Optional[int] = ..., max_age_ms: _Optional[int] = ..., include_times: bool = ..., allow_partial: bool = ..., after: _Optional[_Iterable[_Union[_log_position_pb2.LogPosition, _Mapping]]] = ...) -> None: ...

class GetOnlineFeaturesResponse(_message.Message):
    __slots__ = ("names", "views", "rows", "served_at_us", "registry_version", "service_revision")
    class ViewColumn(_message.Message):
        __slots__ = ("name", "view", "version", "columns")
        NAME_FIELD_NUMBER: _ClassVar[int]
        VIEW_FIELD_NUMBER: _ClassVar[int]
        VERSION_FIELD_NUMBER: _ClassVar[int]
        COLUMNS_FIELD_NUMBER: _ClassVar[int]
        name: str
        view: str
        version: int
        columns: _containers.RepeatedScalarFieldContainer[int]
        def __init__(self, name: _Optional[str] = ..., view: _Optional[str] = ..., version: _Optional[int] = ..., columns: _Optional[_Iterable[int]] = ...) -> None: ...
    NAMES_FIELD_NUMBER: _ClassVar[int]
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    SERVED_AT_US_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_VERSION_FIELD_NUMBER: _ClassVar[int]
    SERVICE_REVISION_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[str]
    views: _containers.RepeatedCompositeFieldContainer[GetOnlineFeaturesResponse.ViewColumn]
    rows: _containers.RepeatedCompositeFieldContainer[FeatureRow]
    served_at_us: int
    registry_version: int
    service_revision: int
    def __init__(self, names: _Optional[_Iterable[str]] = ..., views: _Optional[_Iterable[_Union[GetOnlineFeaturesResponse.ViewColumn, _Mapping]]] = ..., rows: _Optional[_Iterable[_Union[FeatureRow, _Mapping]]] = ..., served_at_us: _Optional[int] = ..., registry_version: _Optional[int] = ..., service_revision: _Optional[int] = ...) -> None: ...

class FeatureRow(_message.Message):
    __slots__ = ("values", "statuses", "event_times_us", "available_times_us")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIMES_US_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_TIMES_US_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedCompositeFieldContainer[_value_pb2.Value]
    statuses: _containers.RepeatedScalarFieldContainer[_status_pb2.Status]
    event_times_us: _containers.RepeatedScalarFieldContainer[int]
    available_times_us: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, values: _Optional[_Iterable[_Union[_value_pb2.Value, _Mapping]]] = ..., statuses: _Optional[_Iterable[_Union[_status_pb2.Status, str]]] = ..., event_times_us: _Optional[_Iterable[int]] = ..., available_times_us: _Optional[_Iterable[int]] = ...) -> None: ...

class GetServingInfoRequest(_message.Message):
    __slots__ = ("project",)
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    project: str
    def __init__(self, project: _Optional[str] = ...) -> None: ...

class GetServingInfoResponse(_message.Message):
    __slots__ = ("projects", "engine", "registry_age_ms")
    class ProjectInfo(_message.Message):
        __slots__ = ("project", "version")
        PROJECT_FIELD_NUMBER: _ClassVar[int]
        VERSION_FIELD_NUMBER: _ClassVar[int]
        project: str
        version: int
        def __init__(self, project: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...
    PROJECTS_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_AGE_MS_FIELD_NUMBER: _ClassVar[int]
    projects: _containers.RepeatedCompositeFieldContainer[GetServingInfoResponse.ProjectInfo]
    engine: str
    registry_age_ms: int
    def __init__(self, projects: _Optional[_Iterable[_Union[GetServingInfoResponse.ProjectInfo, _Mapping]]] = ..., engine: _Optional[str] = ..., registry_age_ms: _Optional[int] = ...) -> None: ...
