"""A Salesforce of our own for tests and the demo: a real HTTP server with invented records.

    with salesforce_peer.start() as peer:
        peer.insert("Contact", [{"LastName": "Example"}])
        monkeypatch.setenv(...)  # peer.environment()

What is known of the real service, and where it was read, is in the design notes of the loader.
"""

from tests.support.salesforce_peer import act
from tests.support.salesforce_peer.ids import make_id, to_18
from tests.support.salesforce_peer.messages import Request, Response
from tests.support.salesforce_peer.org import ENVIRONMENT_NAMES, Org
from tests.support.salesforce_peer.peer import Peer
from tests.support.salesforce_peer.server import start

__all__ = [
    "ENVIRONMENT_NAMES",
    "Org",
    "Peer",
    "Request",
    "Response",
    "act",
    "make_id",
    "start",
    "to_18",
]
