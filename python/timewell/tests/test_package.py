"""The package as a whole: what it declares holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import timewell
from standalone_app import REPOSITORY

PACKAGE = REPOSITORY / "python/timewell"
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70


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


def code() -> list[Path]:
    """The files that people write, not the generated ones."""
    return [file for file in PACKAGE.rglob("*.py") if "_contracts" not in file.parts]


def test_files_and_functions_are_short() -> None:
    long = [str(file) for file in code() if len(file.read_text().splitlines()) > FILE_LINES_MAX]
    for file in code():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0]
                lines = (node.end_lineno or node.lineno) - first.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    long.append(f"{file}:{node.lineno}")
    assert long == []


def test_every_module_is_used() -> None:
    sources = PACKAGE / "src"
    imported = {"timewell.aio", "timewell.mlflow", "timewell.compile"}
    for file in code():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                imported.add(node.module)
                imported.update(f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Import):
                imported.update(alias.name for alias in node.names)
    modules = {
        ".".join(file.relative_to(sources).with_suffix("").parts)
        for file in code()
        if file.is_relative_to(sources) and file.name != "__init__.py"
    }
    assert sorted(modules - imported) == []
