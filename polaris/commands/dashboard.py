"""`dashboard`: start Streamlit on the published release."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import Annotated

import typer

from polaris.commands.options import Json
from polaris.console import print_json
from polaris.errors import EXIT_OK, BadInput, PolarisError, Stopped

_ADDRESS = "127.0.0.1"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("dashboard")(_dashboard)


def _dashboard(
    port: Annotated[int, typer.Option(help="Where it listens.", min=1, max=65535)] = 8501,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
    json: Json = False,
) -> None:
    """Start the dashboard on this machine.

    Example: polaris-load dashboard --port 8600
    """
    from polaris.settings import PROJECT_ROOT, load_settings

    settings = load_settings()
    page = PROJECT_ROOT / "dashboard" / "app.py"
    if not page.exists():
        raise PolarisError(f"The dashboard is not where it should be: {page}.")
    if not _is_free(port):
        raise BadInput(f"Port {port} is taken; choose another one with --port.")
    if json:
        print_json({"status": "running", "url": f"http://{_ADDRESS}:{port}"})
        sys.stdout.flush()
    options = {
        "server.address": _ADDRESS,
        "server.port": port,
        "server.headless": str(headless or json or not sys.stdout.isatty()).lower(),
        "browser.gatherUsageStats": "false",
    }
    command = [sys.executable, "-m", "streamlit", "run", str(page)]
    command += [f"--{name}={value}" for name, value in options.items()]
    environment = os.environ | {"POLARIS_HOME": str(settings.home)}
    with subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=sys.stderr) as process:
        try:
            code = process.wait()
        except (KeyboardInterrupt, Stopped):  # how a server is meant to end
            process.terminate()
            code = EXIT_OK
    raise typer.Exit(code)


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_ADDRESS, port))
        except OSError:
            return False
    return True
