"""Loaders are thin: they import nothing heavy until used, and never what runs them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

LOADERS = sorted((Path(__file__).resolve().parents[1] / "loaders").glob("*.py"))
HEAVY = ("dlt", "duckdb", "fastexcel", "pandas", "pyarrow", "sqlalchemy", "streamlit")
FORBIDDEN = ("dbt", "great_expectations", "streamlit", "polaris", "dashboard", "expectations")


def test_importing_every_loader_imports_nothing_heavy() -> None:
    modules = [f"loaders.{path.stem}" for path in LOADERS if path.stem != "__init__"]
    assert len(modules) > 8
    script = f"import sys, {', '.join(modules)}; print(*[m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize("path", LOADERS, ids=lambda path: path.stem)
def test_a_loader_never_imports_what_runs_it(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert not imported & set(FORBIDDEN)
