"""dbt-duckdb plugin: what every connection of dbt needs, so that a bare `dbt build` works."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbt.adapters.duckdb.plugins import BasePlugin

from polaris import contact_values, phone_numbers

if TYPE_CHECKING:
    import duckdb


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

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Gives the connection the functions that no SQL does as well.

        Args:
            conn: the connection every thread's cursor comes from.
        """
        contact_values.register(conn)
        phone_numbers.register(conn)
