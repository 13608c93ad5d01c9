"""Definitions of a Python file as bytes, for programs in other languages.

`python -m timewell.compile FILE` runs the file and writes its definitions to stdout: a message
`timewell.types.v1.Definitions` in binary form, maps in order of their keys. What the file itself
prints goes to stderr. Where that fails, the exit code is 3, stdout has the error as one object of
JSON with kind, message, field and hint, and stderr has the traceback.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from timewell.definitions.collect import collect
from timewell.errors import InvalidRequestError, NotFoundError, TimewellError

FAILED = 3
"""The exit code of a file that does not run or defines nothing, and of definitions in conflict."""


def compile_file(path: Path) -> bytes:
    """Runs a file and compiles what it defines.

    Raises:
        NotFoundError: FILE_NOT_FOUND where there is no such file.
        InvalidRequestError: INVALID_DEFINITION where it does not run or defines nothing.
    """
    return collect(_run(path)).SerializeToString(deterministic=True)


def _run(path: Path) -> ModuleType:
    if not path.is_file():
        message = f"Cannot find the definitions {path}"
        hint = "Name the file, for example timewell plan features.py."
        raise NotFoundError("FILE_NOT_FOUND", message, field="definitions", hint=hint)
    # Modules beside the file are found as if Python had been started with it.
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        message = f"Cannot load {path}: it is no Python file"
        raise InvalidRequestError("INVALID_DEFINITION", message, field="definitions")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except TimewellError:
        raise
    except (Exception, SystemExit) as error:
        text = str(error).partition("\n")[0]
        message = f"Cannot load {path}: {type(error).__name__}: {text}{_place_of(error, path)}"
        hint = "Mend the file; --verbose shows the whole trace."
        raise InvalidRequestError(
            "INVALID_DEFINITION", message, field="definitions", hint=hint
        ) from error
    return module


def _place_of(error: BaseException, path: Path) -> str:
    """The last line of the file that had a part in the error, as `, line 12`."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return f", line {lines[-1]}" if lines else ""


def _main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m timewell.compile FILE\n")
        return 2
    with _taken_stdout() as out:
        try:
            out.write(compile_file(Path(arguments[0])))
        except TimewellError as error:
            traceback.print_exc()
            keys = ("kind", "message", "field", "hint")
            out.write(json.dumps({key: getattr(error, key) for key in keys}).encode())
            return FAILED
    return 0


def _taken_stdout() -> BinaryIO:
    """Stdout for ourselves; from now on everybody else writes to stderr."""
    sys.stdout.flush()
    taken = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return taken


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
