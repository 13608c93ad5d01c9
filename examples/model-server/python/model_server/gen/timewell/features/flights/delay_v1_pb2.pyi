# Written by `timewell gen`; do not edit, make it again.
# mypy: disable-error-code="type-arg"
from ...features.flights.delay_v1 import messages_pb2 as _messages_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
