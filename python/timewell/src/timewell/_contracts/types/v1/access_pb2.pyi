# Generated from proto/ by npm run gen. Do not change it by hand.
# mypy: disable-error-code="type-arg,misc,no-untyped-def"
from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Privilege(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRIVILEGE_UNSPECIFIED: _ClassVar[Privilege]
    PRIVILEGE_READ: _ClassVar[Privilege]
    PRIVILEGE_WRITE: _ClassVar[Privilege]
    PRIVILEGE_ADMIN: _ClassVar[Privilege]

class Resource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESOURCE_UNSPECIFIED: _ClassVar[Resource]
    RESOURCE_PROJECT: _ClassVar[Resource]
    RESOURCE_FEATURE_VIEW: _ClassVar[Resource]
    RESOURCE_FEATURE_SERVICE: _ClassVar[Resource]
PRIVILEGE_UNSPECIFIED: Privilege
PRIVILEGE_READ: Privilege
PRIVILEGE_WRITE: Privilege
PRIVILEGE_ADMIN: Privilege
RESOURCE_UNSPECIFIED: Resource
RESOURCE_PROJECT: Resource
RESOURCE_FEATURE_VIEW: Resource
RESOURCE_FEATURE_SERVICE: Resource
ACCESS_FIELD_NUMBER: _ClassVar[int]
access: _descriptor.FieldDescriptor

class Access(_message.Message):
    __slots__ = ("resource", "privilege")
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    PRIVILEGE_FIELD_NUMBER: _ClassVar[int]
    resource: Resource
    privilege: Privilege
    def __init__(self, resource: _Optional[_Union[Resource, str]] = ..., privilege: _Optional[_Union[Privilege, str]] = ...) -> None: ...
