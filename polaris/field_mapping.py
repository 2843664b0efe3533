"""The reference of fields: where every column comes from, made from what the build itself reads.

`python -m polaris.field_mapping` writes docs/field-mapping.md; nothing in it is written by hand. A
test compares the committed file with what would be made, so that it cannot be out of date
(platform.md IMP-42a, IMP-70).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from polaris.settings import PROJECT_ROOT

FILE = PROJECT_ROOT / "docs" / "field-mapping.md"
_SEEDS = PROJECT_ROOT / "seeds"
_MODELS = PROJECT_ROOT / "models"
_HEAD = """# Where every field comes from

Made by `python -m polaris.field_mapping` from the seeds, the staging models and the contracts of
the published tables. Do not edit it; a test fails when it is out of date.

1. [Headers of files](#headers-of-files): which spelling is which column
2. [Fields of our own contracts](#fields-of-our-own-contracts): what a row of a file may hold
3. [Fields of Salesforce](#fields-of-salesforce): which field becomes which column
4. [Which source is believed](#which-source-is-believed): people that several sources know
5. [Who owns a field](#who-owns-a-field): and whether staff may decide otherwise
6. [Published tables](#published-tables): every column with its type

How a value is read from its text (dates, numbers, words of a picklist) stands in the models that
`dbt docs` shows (`make docs`, [README](../README.md)).
"""
_WHITE = re.compile(r"\s+")
_COMMENT = re.compile(r"{#.*?#}|--[^\n]*", re.DOTALL)
_SOURCE = re.compile(r"source\('raw_salesforce', '(\w+)'\)")
_COLUMN = re.compile(r"\bversions\.(\w+)")
_ALIAS = re.compile(r"\bas (\w+)$")


def text() -> str:
    """The whole reference as Markdown, the same for the same project."""
    parts = (
        _HEAD,
        *_headers(),
        *_contract_fields(),
        *_salesforce(),
        *_survivorship(),
        *_owners(),
        *_tables(),
    )
    return "\n".join(parts)


def write() -> Path:
    """Writes docs/field-mapping.md and returns its path."""
    FILE.write_text(text(), encoding="utf-8")
    return FILE


def _seed(name: str) -> list[dict[str, str]]:
    with (_SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _grid(heads: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    """A table of Markdown; bars in a cell are escaped."""
    rows = [heads, ["---"] * len(heads), *lines]
    return "\n".join(
        "| " + " | ".join(_WHITE.sub(" ", str(cell)).replace("|", "\\|") for cell in row) + " |"
        for row in rows
    )


def _grouped(rows: Iterable[dict[str, str]], name: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


def _code(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _headers() -> Iterator[str]:
    yield "\n## Headers of files\n"
    yield (
        "Case, spaces, underscores and hyphens of a header do not matter. A file that lacks a "
        "required column is refused before anything lands; a column on no list lands in `payload` "
        "and is named in the report as unmapped.\n"
    )
    for seed in ("map_report_headers", "map_contract_headers"):
        for report, rows in _grouped(_seed(seed), "report_type").items():
            yield f"### {report.replace('_', ' ').capitalize()}\n"
            lines = [
                (
                    f"`{column}`",
                    _code(row["header"] for row in spelled),
                    "yes" if spelled[0]["is_required"] == "true" else "",
                )
                for column, spelled in _grouped(rows, "canonical").items()
            ]
            yield _grid(("column", "spelled", "required"), lines) + "\n"


def _contract_fields() -> Iterator[str]:
    yield "## Fields of our own contracts\n"
    for kind, rows in _grouped(_seed("ref_contract_fields"), "entity_type").items():
        yield f"### A row about a {kind}\n"
        lines = [
            (f"`{row['field']}`", row["label"], row["kind"], row["sensitivity"]) for row in rows
        ]
        yield _grid(("field", "called", "kind of value", "shown to"), lines) + "\n"


def _salesforce() -> Iterator[str]:
    from loaders.salesforce.objects import OBJECTS, SYSTEM_FIELDS, column

    models: dict[str, tuple[str, dict[str, list[str]]]] = {}
    for path in sorted((_MODELS / "staging" / "salesforce").glob("*.sql")):
        sql = _COMMENT.sub("", path.read_text(encoding="utf-8"))
        source = _SOURCE.search(sql)
        if source is not None:
            models.setdefault(source[1], (path.stem, _columns(sql)))
    yield "## Fields of Salesforce\n"
    yield (
        "Every record lands whole, deleted ones marked; these are the fields that are asked for. A "
        "field of theirs on no list is named on the page Salesforce and in `ops.unmapped_fields`.\n"
    )
    for item in OBJECTS:
        model, columns = models[item.table]
        yield f"### {item.name}\n"
        yield f"Read {item.cadence}; typed by `{model}`.\n"
        lines = [
            (f"`{field}`", _code(columns.get(column(field), [])) or "landed, not typed")
            for field in (*SYSTEM_FIELDS, *item.fields)
        ]
        yield _grid(("field", "column"), lines) + "\n"


def _columns(sql: str) -> dict[str, list[str]]:
    """Landed column -> columns that the last select of a staging model makes of it."""
    chosen = sql.rpartition("\nselect\n")[2].partition("\nfrom ")[0]
    found: dict[str, list[str]] = {}
    for item in _items(chosen):
        used = list(dict.fromkeys(_COLUMN.findall(item)))
        alias = _ALIAS.search(item)
        for name in used:
            found.setdefault(name, []).append(alias[1] if alias else name)
    return found


def _items(chosen: str) -> Iterator[str]:
    """The parts of a select list; commas within brackets part nothing."""
    depth, item = 0, ""
    for sign in chosen:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            yield item.strip()
            item = ""
        else:
            item += sign
    yield item.strip()


def _survivorship() -> Iterator[str]:
    yield "## Which source is believed\n"
    yield (
        "Of a volunteer whom several sources know. A value that is there goes before one that is "
        "not; then the sources in this order, unless an administrator sets another (the settings "
        "`priority.*`). What staff picked, `manual`, always goes first.\n"
    )
    places = {row["config_key"]: float(row["default_value"]) for row in _seed("rule_config")}
    lines = [
        (
            group.replace("_", " "),
            ", then ".join(
                row["source"]
                for row in sorted(rows, key=lambda row: places.get(row["config_key"], 0.0))
            ),
        )
        for group, rows in _grouped(_seed("rule_survivorship"), "field_group").items()
    ]
    yield _grid(("fields", "sources"), lines) + "\n"


def _owners() -> Iterator[str]:
    yield "## Who owns a field\n"
    lines = [
        (
            row["entity"],
            f"`{row['field']}`",
            row["owner"],
            _code(row["decision_action"].split("|")) if row["decision_action"] else "",
            row["note"],
        )
        for row in _seed("rule_field_ownership")
    ]
    yield _grid(("of", "field", "owner", "staff may decide by", "note"), lines) + "\n"


def _tables() -> Iterator[str]:
    import yaml

    yield "## Published tables\n"
    for schema in ("marts", "queues", "ops"):
        models: dict[str, dict[str, Any]] = {}
        for path in sorted((_MODELS / schema).rglob("*.yml")):
            told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            models.update({model["name"]: model for model in told.get("models", [])})
        for name in sorted(models):
            model = models[name]
            yield f"### {schema}.{name}\n"
            yield _WHITE.sub(" ", model["description"]).strip() + "\n"
            lines = [
                (f"`{one['name']}`", one.get("data_type", ""), one.get("description", ""))
                for one in model.get("columns", [])
            ]
            yield _grid(("column", "type", "meaning"), lines) + "\n"


if __name__ == "__main__":
    print(write())
