"""The invented release that the dashboard is tested on has the columns dbt publishes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from polaris.settings import PROJECT_ROOT
from tests.support import fake_release

_TYPES = {"timestamp with time zone": "timestamptz"}


def contracts() -> dict[str, dict[str, str]]:
    """Model -> column -> data type, from the enforced contracts."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted((PROJECT_ROOT / "models").rglob("*.yml")):
        content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        for model in content.get("models") or []:
            found[model["name"]] = {
                column["name"]: column["data_type"].lower()
                for column in model.get("columns") or []
                if "data_type" in column
            }
    return found


def invented(path: Path) -> dict[str, dict[str, str]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, column_name, lower(data_type) from information_schema.columns"
        ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, data_type in rows:
        tables.setdefault(table, {})[column] = data_type
    return tables


def test_every_invented_column_is_published_with_the_same_type(tmp_path: Path) -> None:
    published = contracts()
    wrong = []
    for table, columns in invented(fake_release.publish(tmp_path)).items():
        for column, data_type in columns.items():
            real = published.get(table, {}).get(column)
            if real is None or _TYPES.get(real, real) != _TYPES.get(data_type, data_type):
                wrong.append(f"{table}.{column}: invented {data_type}, published {real}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "file", sorted((PROJECT_ROOT / "dashboard").rglob("queries_*.py")), ids=lambda file: file.stem
)
def test_queries_read_published_schemas_only(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if " import " not in line)
    schemas = set(re.findall(r"\b(?:from|join)\s+(\w+)\.\w+", text))
    assert schemas <= {"marts", "queues", "ops"}
