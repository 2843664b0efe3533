"""A model of the project as a query over other relations.

What a model judges stands in the model alone. Whoever asks what it would say of other numbers, as
the page Settings does of a draft, renders that model with what it is to read in place of what dbt
gives it: the two agree because they are one file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris.errors import PolarisError
from polaris.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from jinja2 import Environment, Template


def query(model: str, reads: Mapping[str, str]) -> str:
    """The query of a model.

    Args:
        model: its name.
        reads: name of a model or seed it reads -> what is read instead: a relation, or a query in
            parentheses. It goes into the query as it is, so no word of a person belongs there.

    Raises:
        PolarisError: the model reads something that is not among them, or calls something that is
            neither a macro of the project nor ref, var or config.
    """
    import jinja2

    def ref(name: str) -> str:
        if name not in reads:
            raise PolarisError(f"{model} reads {name}, and nothing says what to read instead.")
        return reads[name]

    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)  # noqa: S701  # it is SQL
    environment.globals = {
        "ref": ref,
        "var": _variables().__getitem__,
        "config": lambda **_: "",
    }
    return _template(environment, _files("models")[model]).render()


def seed(name: str) -> str:
    """A list of the project as a relation that DuckDB reads."""
    path = str(PROJECT_ROOT / "seeds" / f"{name}.csv").replace("'", "''")
    return f"read_csv('{path}', header = true)"


def _template(environment: Environment, path: Path) -> Template:
    """A file with the macros it calls; each of them stands in a file of its own name."""
    from jinja2 import meta

    text = path.read_text(encoding="utf-8")
    for name in meta.find_undeclared_variables(environment.parse(text)):
        if name in environment.globals:
            continue
        if name not in _files("macros"):
            raise PolarisError(f"{path.name} calls {name}, which is known to dbt alone.")
        macro = _template(environment, _files("macros")[name])
        environment.globals[name] = getattr(macro.module, name)
    return environment.from_string(text)


@lru_cache(maxsize=2)
def _files(folder: str) -> dict[str, Path]:
    """Every file of SQL below a folder of the project, by its name."""
    return {path.stem: path for path in (PROJECT_ROOT / folder).rglob("*.sql")}


@lru_cache(maxsize=1)
def _variables() -> dict[str, Any]:
    import yaml

    told = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    return dict(told["vars"])
