"""Runs one side of the training bench, each time that it is asked.

worker.py SIDE

SIDE is a module of this folder with `run(question)`, which returns the milliseconds that it took and an Arrow table, or how many
rows there were, and `versions(question)`. Questions and answers are one line of JSON each.
"""

import importlib
import json
import os
import resource
import sys
import traceback
from typing import Any

import digests


def main() -> None:
    """Answers until the input ends."""
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    side = importlib.import_module(sys.argv[1])
    for line in sys.stdin:
        question: dict[str, Any] = json.loads(line)
        try:
            answers.write(json.dumps(answer(side, question)) + "\n")
        except Exception as error:
            traceback.print_exc()
            answers.write(json.dumps({"error": f"{type(error).__name__}: {error}"[:2000]}) + "\n")


def answer(side: Any, question: dict[str, Any]) -> dict[str, Any]:
    """Calls a function of the side: a run, which returns a pair, or another, whose result is the answer."""
    cpu_before = cpu_ms()
    returned = getattr(side, question["do"])(question)
    if isinstance(returned, dict):
        return returned
    ms, result = returned
    found: dict[str, Any] = {"ms": ms, "cpuMs": cpu_ms() - cpu_before}
    if isinstance(result, int):
        return {**found, "rows": result}
    if question.get("isDigested"):
        found["digests"] = digests.column_digests(digests.asked_for(result, question))
    return {**found, "rows": result.num_rows}


def cpu_ms() -> float:
    """Processor time of this process, milliseconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000


main()
