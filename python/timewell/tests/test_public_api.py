"""What users may import: all of it is documented, in the code and in docs/python.md."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import timewell
import timewell.aio
import timewell.mlflow
from standalone_app import REPOSITORY

SOURCES = REPOSITORY / "python/timewell/src"
PACKAGES = [timewell, timewell.aio, timewell.mlflow]
PAGE = (REPOSITORY / "docs/python.md").read_text()


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text())


def origins(package: ModuleType) -> dict[str, Path]:
    """Public name to the file that defines it, as the package's __init__.py imports it."""
    return {
        alias.asname or alias.name: SOURCES / f"{node.module.replace('.', '/')}.py"
        for node in tree_of(Path(str(package.__file__))).body
        if isinstance(node, ast.ImportFrom) and node.module is not None
        for alias in node.names
        if node.module != "__future__"
    }


def names_of(node: ast.stmt) -> list[str]:
    """What a statement defines."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.AnnAssign):
        return [ast.unparse(node.target)]
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets]
    return []


def undocumented(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    """Public names of a module or class without a docstring, those inside of its classes too."""
    for i, node in enumerate(body):
        names = [name for name in names_of(node) if not name.startswith("_")]
        if not names:
            continue
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            has_text = ast.get_docstring(node) is not None
        else:
            after = body[i + 1] if i + 1 < len(body) else None
            text = after.value if isinstance(after, ast.Expr) else None
            has_text = isinstance(text, ast.Constant) and isinstance(text.value, str)
        if not has_text:
            yield prefix + names[0]
        if isinstance(node, ast.ClassDef):
            yield from undocumented(node.body, f"{prefix}{node.name}.")


def undocumented_members(made: object) -> Iterator[str]:
    """Public methods and properties of a class without a docstring, inherited ones too."""
    if not inspect.isclass(made):
        return
    for base in made.__mro__:
        if not base.__module__.startswith("timewell."):
            continue
        for name, member in vars(base).items():
            is_member = inspect.isfunction(member) or isinstance(member, property)
            if is_member and not name.startswith("_") and not inspect.getdoc(member):
                yield f"{base.__module__}.{base.__name__}.{name}"


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_all_names_everything_that_is_imported_once(package: ModuleType) -> None:
    assert sorted(package.__all__) == sorted(origins(package))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_public_name_has_a_docstring_and_so_have_its_parts(package: ModuleType) -> None:
    found = [
        text
        for name, path in origins(package).items()
        for text in undocumented(tree_of(path).body)
        if text.split(".")[0] == name
    ]
    for name in package.__all__:
        found += undocumented_members(getattr(package, name))
    assert found == []


def test_docs_list_all_public_names_and_no_others() -> None:
    listed: list[str] = []
    for table in re.findall(r"^\| name +\|.*\n\|[ -|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE):
        for line in table.splitlines():
            listed += re.findall(r"`([^`]+)`", line.split("|")[1])
    assert sorted(set(listed)) == sorted(timewell.__all__)
