"""The rule of a training set in bare DuckDB, to an Arrow table."""

import time
from typing import Any

import duckdb
import pyarrow as pa


ROW = "entity_id, epoch_us(event_timestamp) AS e, epoch_us(created_timestamp) AS c, file_row_number AS y"
LABEL_COLUMNS = "l.label_id, l.entity_id, l.event_timestamp, l.clicked"


def run(question: dict[str, Any]) -> tuple[float, pa.Table]:
    """A database of its own for each run, as the server's child has."""
    sql = FORMS[question["form"]](question)
    start = time.perf_counter()
    with connect(question) as connection:
        table = connection.execute(sql).to_arrow_table()
        ms = (time.perf_counter() - start) * 1000
    return ms, table


def connect(question: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """An empty database with the settings of the server's child."""
    settings = {
        "threads": question["threads"],
        "memory_limit": f"{question['memoryLimitBytes']}B",
        "temp_directory": question["tempDirectory"],
    }
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def plain_sql(question: dict[str, Any]) -> str:
    """The latest row by (event time, created time, first row) at or before the label, withheld past the ttl, in label order."""
    return f"""SELECT {LABEL_COLUMNS}, {withheld(question, "l.t - h.e", "h")} FROM {labels(question)} l
ASOF LEFT JOIN (SELECT {ROW}, {", ".join(question["features"])} FROM {history(question)}) h
  ON l.entity_id = h.entity_id AND row(l.t, 9223372036854775807, 0) >= row(h.e, h.c, -h.y) ORDER BY l.o"""


def narrow_sql(question: dict[str, Any]) -> str:
    """The same: keys and times alone are joined and ties broken, then the features of the rows that won are fetched."""
    return f"""WITH m AS MATERIALIZED (SELECT l.*, h.e FROM {labels(question)} l
  ASOF LEFT JOIN (SELECT entity_id, epoch_us(event_timestamp) AS e FROM {history(question)}) h
  ON l.entity_id = h.entity_id AND l.t >= h.e),
w AS (SELECT entity_id, e, max(row(c, -y)) AS best FROM (SELECT {ROW} FROM {history(question)}) h
  SEMI JOIN m ON h.entity_id = m.entity_id AND h.e = m.e GROUP BY ALL),
l AS (SELECT m.*, -w.best[2] AS y FROM m LEFT JOIN w ON m.entity_id = w.entity_id AND m.e = w.e)
SELECT {LABEL_COLUMNS}, {withheld(question, "l.t - l.e", "f")} FROM l
LEFT JOIN (SELECT file_row_number AS y, {", ".join(question["features"])} FROM {history(question)}) f
  ON l.y = f.y ORDER BY l.o"""


def available_sql(question: dict[str, Any]) -> str:
    """What was known at the label's time, for some of the labels: all rows of its key are tried."""
    return f"""WITH l AS (SELECT * FROM {labels(question)} WHERE label_id % {question["labelEvery"]} = 0),
best AS (SELECT l.o, max(row(h.e, h.c, -h.y)) AS b FROM l JOIN (SELECT {ROW} FROM {history(question)}) h
  ON l.entity_id = h.entity_id AND greatest(h.e, h.c) <= l.t GROUP BY l.o)
SELECT {LABEL_COLUMNS}, {withheld(question, "l.t - best.b[1]", "f")} FROM l LEFT JOIN best ON l.o = best.o
LEFT JOIN (SELECT file_row_number AS y, {", ".join(question["features"])} FROM {history(question)}) f
  ON f.y = -best.b[3] ORDER BY l.o"""


FORMS = {"plain": plain_sql, "narrow": narrow_sql, "available": available_sql}


def labels(question: dict[str, Any]) -> str:
    """Label rows with their number and their time in microseconds."""
    rows = f"read_parquet({quote(question['labels'])}, file_row_number = true)"
    return f"(SELECT *, epoch_us(event_timestamp) AS t, file_row_number AS o FROM {rows})"


def history(question: dict[str, Any]) -> str:
    """The rows of the source."""
    return f"read_parquet({quote(question['history'])}, file_row_number = true)"


def withheld(question: dict[str, Any], age: str, table: str) -> str:
    """The features, NULL past the ttl."""
    names = question["features"]
    return ", ".join(f"CASE WHEN {age} <= {question['ttlUs']} THEN {table}.{name} END AS {name}" for name in names)


def tied(question: dict[str, Any]) -> dict[str, list[int]]:
    """Keys of which two rows are equal in some columns of time, so that who wins is not what every peer says."""
    sql = f"""SELECT DISTINCT entity_id FROM {history(question)}
GROUP BY entity_id, {", ".join(question["equal"])} HAVING count(*) > 1"""
    with connect(question) as connection:
        return {"keys": [key for (key,) in connection.execute(sql).fetchall()]}


def quote(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def versions(_: dict[str, Any]) -> dict[str, str]:
    """What takes part."""
    return {"duckdb": duckdb.__version__, "pyarrow": pa.__version__}
