"""HTTP around the peer: keep-alive, one write per answer, compression, dropped connections."""

from __future__ import annotations

import contextlib
import gzip
import threading
from collections.abc import Iterator
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.salesforce_peer.errors import ApiError
from tests.support.salesforce_peer.messages import Response, understood
from tests.support.salesforce_peer.org import Org
from tests.support.salesforce_peer.peer import Peer, control

SMALLEST_TO_ZIP = 1024
MOST_URI_BYTES = 16_384


class Handler(BaseHTTPRequestHandler):
    """Reads a request, asks the peer, writes the answer in one go."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    server: Server

    def answer(self) -> None:
        """Any method."""
        peer = self.server.peer
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        headers = {key.lower(): value for key, value in self.headers.items()}
        if self.path == "/__ctl":
            self.write(control(peer, body))
            return
        size = len(self.path) + sum(len(key) + len(value) for key, value in headers.items())
        if size > MOST_URI_BYTES:
            self.write(Response(414, ApiError(414, "URI_TOO_LONG", "URI Too Long").body()))
            return
        request = understood(self.command, self.path, headers, body, peer.known())
        self.write(peer.handle(request))

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = answer  # noqa: N815

    def write(self, response: Response) -> None:
        """Status, headers and body; or as much of them as the fault lets through."""
        if response.is_dropped:
            self.close_connection = True
            return
        body, is_zipped = self.body(response)
        self.send_response(response.status)
        if response.status != 204:
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(body)))
        if is_zipped:
            self.send_header("Content-Encoding", "gzip")
        for key, value in response.headers.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "HEAD" or response.status in (204, 304):
            body = b""
        if response.cut_at is not None:
            body = body[: response.cut_at]
            self.close_connection = True
        self.wfile.write(body)
        self.wfile.flush()

    def body(self, response: Response) -> tuple[bytes, bool]:
        """The body, compressed when that was asked for and pays."""
        wanted = "gzip" in self.headers.get("Accept-Encoding", "")
        allowed = self.server.peer.org.gzip and response.cut_at is None
        if not (wanted and allowed and len(response.body) >= SMALLEST_TO_ZIP):
            return response.body, False
        if response.compressed:
            return response.compressed(), True
        return gzip.compress(response.body, compresslevel=1, mtime=0), True

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header tells the org's time, askew if told so."""
        peer = self.server.peer
        return format_datetime(peer.now + peer.skew, usegmt=True)

    def log_message(self, *_args: Any) -> None:
        """Quiet: the peer keeps its own log."""


class Server(ThreadingHTTPServer):
    """One thread per connection."""

    daemon_threads = True
    peer: Peer

    def handle_error(self, *_args: Any) -> None:
        """A client that went away is no news; anything else is."""
        import sys

        if not isinstance(sys.exc_info()[1], ConnectionError | BrokenPipeError):
            super().handle_error(*_args)


@contextlib.contextmanager
def start(org: Org | None = None, *, port: int = 0) -> Iterator[Peer]:
    """Serves an org on a free port of this machine while the block runs."""
    server = Server(("127.0.0.1", port), Handler)
    server.peer = Peer(org or Org(), f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.daemon = True
    thread.start()
    try:
        yield server.peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        server.peer.close()
