"""The peer as a process of its own, for the demo: `python -m tests.support.salesforce_peer`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from tests.support.salesforce_peer.org import Org
from tests.support.salesforce_peer.peer import Peer
from tests.support.salesforce_peer.server import start


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="salesforce_peer", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with one .parquet or .csv per object")
    parser.add_argument("--port-file", type=Path, required=True, help="written once it answers")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--now", help="the clock stands still at this moment (ISO 8601)")
    parser.add_argument("--polls", type=int, default=0, help="polls a job needs")
    parser.add_argument("--env-file", type=Path, help="gets the SF_ variables as JSON")
    parser.add_argument("--login", default="client_credentials")
    parser.add_argument("--no-gzip", action="store_true")
    parser.add_argument("--until-stdin-closes", action="store_true")
    return parser.parse_args()


def _load(peer: Peer, folder: Path) -> None:
    """One file per object; a file of no known object is an error.

    types.json, if there: {object: {field: type}} where the org differs from ours.
    """
    types = folder / "types.json"
    if types.exists():
        for name, fields in json.loads(types.read_text(encoding="utf-8")).items():
            for field, kind in fields.items():
                peer.retype(name, field, kind)
    for path in sorted(folder.iterdir()):
        if path.suffix in (".parquet", ".csv"):
            peer.load(path.stem, path)


def _write(path: Path, content: object) -> None:
    """The whole file or none of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(content))
    part.replace(path)


def _wait_for_stdin(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


def main() -> None:
    """Loads, serves, and ends on SIGTERM or when nobody holds its stdin any more."""
    options = _arguments()
    now = datetime.fromisoformat(options.now) if options.now else None
    if now and now.tzinfo is None:
        now = now.replace(tzinfo=UTC)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    org = Org(now=now, polls_until_complete=options.polls, gzip=not options.no_gzip)
    with start(org, port=options.port) as peer:
        if options.data:
            _load(peer, options.data)
        if options.env_file:
            _write(options.env_file, peer.environment(options.login))
        port = int(peer.url.rsplit(":", 1)[1])
        _write(options.port_file, {"url": peer.url, "port": port, "pid": os.getpid()})
        if options.until_stdin_closes:
            threading.Thread(target=_wait_for_stdin, args=(ended,), daemon=True).start()
        ended.wait()


if __name__ == "__main__":
    main()
