"""The package as a whole: what it declares holds."""

from __future__ import annotations

import re

import timewell
from standalone_app import REPOSITORY

PACKAGE = REPOSITORY / "python/timewell"


def test_lower_bounds_are_those_of_the_generated_contracts() -> None:
    project = (PACKAGE / "pyproject.toml").read_text()
    contracts = PACKAGE / "src/timewell/_contracts"
    messages = (contracts / "types/v1/value_pb2.py").read_text()
    stubs = (contracts / "serving/v1/serving_pb2_grpc.py").read_text()
    protobuf = re.search(r"Protobuf Python Version: (\S+)", messages)
    grpcio = re.search(r"GRPC_GENERATED_VERSION = '(.+)'", stubs)
    assert protobuf is not None
    assert grpcio is not None
    assert f'"protobuf>={protobuf[1]},' in project
    assert f'"grpcio>={grpcio[1]}"' in project


def test_version_is_that_of_the_servers() -> None:
    assert f'"version": "{timewell.__version__}"' in (REPOSITORY / "package.json").read_text()
