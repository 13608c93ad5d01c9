# Generated from proto/ by npm run gen. Do not change it by hand.
# mypy: disable-error-code="type-arg,misc,no-untyped-def"
from timewell._contracts.types.v1 import definitions_pb2 as _definitions_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Snapshot(_message.Message):
    __slots__ = ("project", "version", "applied_at_us", "applied_by", "entities", "feature_views", "feature_services", "retired")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    APPLIED_AT_US_FIELD_NUMBER: _ClassVar[int]
    APPLIED_BY_FIELD_NUMBER: _ClassVar[int]
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    FEATURE_VIEWS_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SERVICES_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    project: str
    version: int
    applied_at_us: int
    applied_by: str
    entities: _containers.RepeatedCompositeFieldContainer[_definitions_pb2.Entity]
    feature_views: _containers.RepeatedCompositeFieldContainer[FeatureViewState]
    feature_services: _containers.RepeatedCompositeFieldContainer[FeatureServiceState]
    retired: _containers.RepeatedCompositeFieldContainer[Retired]
    def __init__(self, project: _Optional[str] = ..., version: _Optional[int] = ..., applied_at_us: _Optional[int] = ..., applied_by: _Optional[str] = ..., entities: _Optional[_Iterable[_Union[_definitions_pb2.Entity, _Mapping]]] = ..., feature_views: _Optional[_Iterable[_Union[FeatureViewState, _Mapping]]] = ..., feature_services: _Optional[_Iterable[_Union[FeatureServiceState, _Mapping]]] = ..., retired: _Optional[_Iterable[_Union[Retired, _Mapping]]] = ...) -> None: ...

class FeatureViewState(_message.Message):
    __slots__ = ("name", "versions")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    name: str
    versions: _containers.RepeatedCompositeFieldContainer[FeatureViewVersion]
    def __init__(self, name: _Optional[str] = ..., versions: _Optional[_Iterable[_Union[FeatureViewVersion, _Mapping]]] = ...) -> None: ...

class FeatureViewVersion(_message.Message):
    __slots__ = ("version", "id", "schema_revision", "definition", "entity", "field_numbers", "event_field_numbers", "cut_over_us")
    class FieldNumbersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class EventFieldNumbersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_REVISION_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    FIELD_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    CUT_OVER_US_FIELD_NUMBER: _ClassVar[int]
    version: int
    id: int
    schema_revision: int
    definition: _definitions_pb2.FeatureView
    entity: _definitions_pb2.Entity
    field_numbers: _containers.ScalarMap[str, int]
    event_field_numbers: _containers.ScalarMap[str, int]
    cut_over_us: int
    def __init__(self, version: _Optional[int] = ..., id: _Optional[int] = ..., schema_revision: _Optional[int] = ..., definition: _Optional[_Union[_definitions_pb2.FeatureView, _Mapping]] = ..., entity: _Optional[_Union[_definitions_pb2.Entity, _Mapping]] = ..., field_numbers: _Optional[_Mapping[str, int]] = ..., event_field_numbers: _Optional[_Mapping[str, int]] = ..., cut_over_us: _Optional[int] = ...) -> None: ...

class FeatureServiceState(_message.Message):
    __slots__ = ("definition", "revision", "field_numbers", "feature_number_max", "key_numbers", "computed_numbers")
    class FieldNumbersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class FeatureNumberMaxEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class KeyNumbersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class ComputedNumbersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    FIELD_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    FEATURE_NUMBER_MAX_FIELD_NUMBER: _ClassVar[int]
    KEY_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    COMPUTED_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    definition: _definitions_pb2.FeatureService
    revision: int
    field_numbers: _containers.ScalarMap[str, int]
    feature_number_max: _containers.ScalarMap[str, int]
    key_numbers: _containers.ScalarMap[str, int]
    computed_numbers: _containers.ScalarMap[str, int]
    def __init__(self, definition: _Optional[_Union[_definitions_pb2.FeatureService, _Mapping]] = ..., revision: _Optional[int] = ..., field_numbers: _Optional[_Mapping[str, int]] = ..., feature_number_max: _Optional[_Mapping[str, int]] = ..., key_numbers: _Optional[_Mapping[str, int]] = ..., computed_numbers: _Optional[_Mapping[str, int]] = ...) -> None: ...

class Retired(_message.Message):
    __slots__ = ("kind", "name", "version", "field_number_max", "key_number_max", "computed_number_max")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FIELD_NUMBER_MAX_FIELD_NUMBER: _ClassVar[int]
    KEY_NUMBER_MAX_FIELD_NUMBER: _ClassVar[int]
    COMPUTED_NUMBER_MAX_FIELD_NUMBER: _ClassVar[int]
    kind: str
    name: str
    version: int
    field_number_max: int
    key_number_max: int
    computed_number_max: int
    def __init__(self, kind: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[int] = ..., field_number_max: _Optional[int] = ..., key_number_max: _Optional[int] = ..., computed_number_max: _Optional[int] = ...) -> None: ...
