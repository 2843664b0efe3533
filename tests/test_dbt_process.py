"""What the dbt process spares itself."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

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
