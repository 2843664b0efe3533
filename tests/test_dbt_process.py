"""What the dbt process spares itself, and what it does not stumble over."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dbt.cli import main as dbt_main

from polaris import dbt_process
from polaris.dbt_process import leave_out_tests
from polaris.dbt_run import DbtOptions


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (DbtOptions(unit_tests=True), {"model", "singular", "generic", "unit"}),
        (DbtOptions(), {"model", "singular", "generic"}),
        (DbtOptions(generic_tests=False), {"model", "singular"}),
        (DbtOptions(select=("unit_test", "test_type:generic"), unit_tests=True),
         {"model", "singular", "generic", "unit"}),
    ],
)  # fmt: skip
def test_only_tests_that_will_not_run_leave_the_graph(options: DbtOptions, left: set[str]) -> None:
    generic = SimpleNamespace(test_metadata="unique")
    manifest = SimpleNamespace(
        nodes={"model": SimpleNamespace(), "singular": SimpleNamespace(), "generic": generic},
        unit_tests={"unit": SimpleNamespace()},
    )
    leave_out_tests(manifest, options.arguments())
    assert {*manifest.nodes, *manifest.unit_tests} == left


@pytest.mark.parametrize(("is_stale", "tries"), [(False, [None]), (True, [None, "told"])])
def test_what_dbt_remembers_of_an_earlier_version_stops_no_build(
    is_stale: bool, tries: list[str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its memory failed over a unit test that had moved to another file of the project."""
    memory = tmp_path / "partial_parse.msgpack"
    memory.write_bytes(b"of an earlier version")
    seen: list[str | None] = []

    class Runner:
        def __init__(self, callbacks: list[Any] | None = None) -> None:
            self.told = "told" if callbacks else None

        def invoke(self, arguments: list[str]) -> SimpleNamespace:
            assert arguments[-3:] == ["parse", "--project-dir", "here"]
            seen.append(self.told)
            return SimpleNamespace(success=not (is_stale and memory.exists()))

    monkeypatch.setattr(dbt_main, "dbtRunner", Runner)
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    parsed = dbt_process._parsed(["--project-dir", "here"], dbt_process.Reporter())
    assert parsed.success
    assert seen == tries
    assert memory.exists() != is_stale
