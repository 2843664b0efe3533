"""`dashboard`: start Streamlit on the published release.

Without a sign-in provider everybody who reaches it is an administrator, so it listens on this
machine only. With one in `secrets.toml` of POLARIS_HOME it may serve others (docs/sign-in.md).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from polaris.commands.options import Json
from polaris.console import print_json
from polaris.errors import EXIT_OK, BadInput, PolarisError, Stopped

if TYPE_CHECKING:
    from polaris.settings import Settings

_ADDRESS = "127.0.0.1"
_LOCAL = {_ADDRESS, "::1", "localhost"}
# What Streamlit needs to know of a provider; the last three may stand in a section of their own.
_SHARED = ("redirect_uri", "cookie_secret")
_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
_COOKIE_SECRET_AT_LEAST = 32


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("dashboard")(_dashboard)


def _dashboard(
    port: Annotated[int, typer.Option(help="Where it listens.", min=1, max=65535)] = 8501,
    address: Annotated[
        str,
        typer.Option(help="The address it listens on; another than this machine needs sign-in."),
    ] = _ADDRESS,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
    json: Json = False,
) -> None:
    """Start the dashboard.

    Example: polaris-load dashboard --port 8600
    """
    from polaris.settings import PROJECT_ROOT, load_settings

    settings = load_settings()
    page = PROJECT_ROOT / "dashboard" / "app.py"
    if not page.exists():
        raise PolarisError(f"The dashboard is not where it should be: {page}.")
    has_sign_in = check_secrets(settings.secrets_path)
    if address not in _LOCAL and not has_sign_in:
        raise BadInput(
            f"Nobody can sign in, so the dashboard may not listen on {address}: everybody who "
            f"reached it would be an administrator. Put a provider into {settings.secrets_path} "
            "(docs/sign-in.md), or leave --address out."
        )
    if not _is_free(address, port):
        raise BadInput(f"Port {port} is taken; choose another one with --port.")
    if json:
        print_json({"status": "running", "url": f"http://{address}:{port}"})
        sys.stdout.flush()
    options = {
        "server.address": address,
        "server.port": port,
        "server.headless": str(headless or json or not sys.stdout.isatty()).lower(),
        "browser.gatherUsageStats": "false",
        "server.maxUploadSize": _most_mb(settings),
    }
    command = [sys.executable, "-m", "streamlit", "run", str(page)]
    command += [f"--{name}={value}" for name, value in options.items()]
    command.append(f"--secrets.files={settings.secrets_path}")
    environment = os.environ | {"POLARIS_HOME": str(settings.home)}
    with subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=sys.stderr) as process:
        try:
            code = process.wait()
        except (KeyboardInterrupt, Stopped):  # how a server is meant to end
            process.terminate()
            code = EXIT_OK
    raise typer.Exit(code)


def check_secrets(path: Path) -> bool:
    """Whether a sign-in provider is configured; False when there is no `[auth]`.

    Raises:
        BadInput: the file is no TOML, or `[auth]` is incomplete; the message names what lacks.
    """
    try:
        section = tomllib.loads(path.read_text(encoding="utf-8")).get("auth")
    except FileNotFoundError:
        return False
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is no TOML: {error}.") from None
    if not section:
        return False
    named = {name: value for name, value in section.items() if isinstance(value, dict)}
    named.pop("client_kwargs", None)
    missing = [f"auth.{name}" for name in _SHARED if not section.get(name)]
    providers = {f"auth.{name}": value for name, value in named.items()}
    if not providers or any(name in section for name in _PROVIDER):
        providers["auth"] = section
    missing += [
        f"{place}.{name}"
        for place, provider in sorted(providers.items())
        for name in _PROVIDER
        if not provider.get(name)
    ]
    if missing:
        raise BadInput(f"Sign-in is not complete, {path} lacks {', '.join(missing)}.")
    if len(str(section["cookie_secret"])) < _COOKIE_SECRET_AT_LEAST:
        raise BadInput(
            f"auth.cookie_secret in {path} is shorter than {_COOKIE_SECRET_AT_LEAST} characters, "
            "so cookies could be forged. Make one: "
            'python -c "import secrets; print(secrets.token_hex(32))"'
        )
    return True


def _most_mb(settings: Settings) -> int:
    """How large a file the server takes; where no decision can be read, the pages say so."""
    from polaris import config

    key = "upload.max_mb"
    try:
        return int(config.value(settings, key))
    except PolarisError:
        return int(config.listed()[key].default)


def _is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
