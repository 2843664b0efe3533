"""dbt-duckdb plugin: makes the folder of the database, so that a bare `dbt build` works at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin


class Plugin(BasePlugin):
    """Named in profiles.yml; dbt-duckdb makes one before it opens the database."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Creates the folder the database file is in, when it is a file and the folder is missing.

        Args:
            plugin_config: the plugin's entry in profiles.yml; nothing in it is used.
        """
        path = str(getattr(self.creds, "path", ":memory:"))
        if not path.startswith(":"):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
