"""The peer: what tests call, and what answers the requests."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tests.support.salesforce_peer import act
from tests.support.salesforce_peer.app import App, Drift
from tests.support.salesforce_peer.faults import Fault, Match
from tests.support.salesforce_peer.messages import Response, answer
from tests.support.salesforce_peer.org import Org, key_pair
from tests.support.salesforce_peer.schema import Field, parse
from tests.support.salesforce_peer.store import Rows

if TYPE_CHECKING:
    import requests
    from simple_salesforce.api import Salesforce

Stamp = bool | datetime


class Peer(App):
    """An invented organisation behind an address on this machine."""

    def __init__(self, org: Org, url: str) -> None:
        super().__init__(org, url)
        self._key_file: Path | None = None

    # -- records

    def insert(
        self,
        name: str,
        rows: Rows | pa.Table | Path,
        *,
        visible_at: datetime | None = None,
    ) -> list[str]:
        """Adds records and gives their ids (none for a table or a file)."""
        if isinstance(rows, Path | pa.Table):
            self.store.append(name, rows)
            return []
        return self.store.insert(name, rows, visible_at)

    def load(self, name: str, data: pa.Table | Path | str) -> int:
        """Adds the records of a table or of a file, Parquet or CSV; how many there were."""
        return self.store.append(name, Path(data) if isinstance(data, str) else data)

    def update(
        self,
        name: str,
        record: str | Iterable[str],
        values: Mapping[str, Any],
        *,
        stamp: Stamp = True,
        visible_at: datetime | None = None,
    ) -> None:
        """Changes one record or several."""
        records = [record] if isinstance(record, str) else list(record)
        self.store.update(name, records, values, stamp, visible_at)

    def delete(self, name: str, record: str) -> None:
        """Into the bin."""
        self.store.delete(name, record)

    def undelete(self, name: str, record: str) -> None:
        """Out of the bin."""
        self.store.undelete(name, record)

    def purge(self, name: str, record: str) -> None:
        """Out of the bin for good; /deleted still knows it."""
        if record not in self.store.deletions[name.lower()]:
            self.store.delete(name, record)
        self.store.remove(name, record)

    def hard_delete(self, name: str, record: str) -> None:
        """Gone without a trace."""
        self.store.remove(name, record)
        self.store.deletions[name.lower()].pop(record, None)

    def merge(self, name: str, loser: str, winner: str, *, restamp_children: bool = False) -> None:
        """One record becomes part of another, and takes along all that points to it."""
        self.store.delete(name, loser, {"MasterRecordId": winner})
        self.store.update(name, [winner], {})
        self.store.reparent(name, loser, winner, restamp=restamp_children)

    def archive(self, name: str, record: str) -> None:
        """Hidden from query, seen by queryAll."""
        self.store.update(name, [record], {"IsArchived": True}, stamp=False)

    def rows(self, name: str, *, deleted: bool = True) -> list[dict[str, Any]]:
        """All records, by id."""
        item = self.store.item(name)
        alive = "" if deleted else 'where not "IsDeleted"'
        found = self.store.arrow(f'select * from {item.table} {alive} order by "Id"')
        return list(found.to_pylist())

    def row(self, name: str, record: str) -> dict[str, Any] | None:
        """One record."""
        item = self.store.item(name)
        found = self.store.arrow(f'select * from {item.table} where "Id" = ?', [record])
        return found.to_pylist()[0] if len(found) else None

    def count(self, name: str, *, deleted: bool = False) -> int:
        """How many there are."""
        alive = "" if deleted else ' where not "IsDeleted"'
        return int(self.store.one(f"select count(*) from {self.store.item(name).table}{alive}"))

    # -- the definition of objects

    def add_field(
        self,
        name: str,
        field: str,
        kind: str = "string",
        *,
        label: str = "",
        length: int = 255,
        calculated: bool = False,
    ) -> None:
        """A new field, empty in every record."""
        made = Field(field, kind, label, length, calculated=calculated)
        self.store.add_field(name, parse(f"{field}:{kind}") if "(" in kind else made)

    def remove_field(self, name: str, field: str) -> None:
        """Deleted, or hidden from the user: the two look the same."""
        item = self.store.item(name)
        item.hidden[field.lower()] = item.fields.pop(field.lower())
        item.changed_at = self._clock()

    def restore_field(self, name: str, field: str) -> None:
        """There again, with its values."""
        item = self.store.item(name)
        item.add(item.hidden.pop(field.lower()))
        item.changed_at = self._clock()

    def retype(self, name: str, field: str, kind: str) -> None:
        """The same name, another type."""
        self.store.retype(name, field, kind)

    def remove_object(self, name: str) -> None:
        """The object is gone, or not for this user."""
        self.store.item(name).is_removed = True

    def drift(
        self,
        name: str,
        *,
        remove: str | None = None,
        add: tuple[str, str] | None = None,
        retype: tuple[str, str] | None = None,
    ) -> None:
        """A change right after the next describe of the object was answered."""
        if remove:
            self._drifts.append(Drift(name, lambda: self.remove_field(name, remove)))
        if add:
            self._drifts.append(Drift(name, lambda: self.add_field(name, *add)))
        if retype:
            self._drifts.append(Drift(name, lambda: self.retype(name, *retype)))

    # -- faults and sessions

    def fault(
        self,
        match: Match,
        action: act.Action,
        *,
        nth: int | tuple[int, ...] | None = None,
        every: int | None = None,
        times: int | None = None,
    ) -> Fault:
        """Lets requests of a kind fail."""
        picked = () if nth is None else (nth,) if isinstance(nth, int) else nth
        return self.faults.add(Fault(match, action, picked, every, times))

    def clear_faults(self) -> None:
        """All is well again."""
        self.faults.clear()

    def expire_tokens(self) -> None:
        """Every session ends."""
        self.auth.alive.clear()

    def expire_token_after(self, requests: int) -> None:
        """Every session ends after so many data requests."""
        self.auth.dies_after = requests

    # -- clients

    def environment(self, login: str = "client_credentials") -> dict[str, str]:
        """The variables of one way to log in."""
        org, made = self.org, {"SF_INSTANCE_URL": self.url}
        app = {"SF_CLIENT_ID": org.client_id, "SF_CLIENT_SECRET": org.client_secret}
        user = {"SF_USERNAME": org.username, "SF_PASSWORD": org.password}
        if login == "client_credentials":
            return made | app | {"SF_DOMAIN": org.domain}
        if login == "password":
            return made | app | user
        if login == "token":
            return made | user | {"SF_SECURITY_TOKEN": org.security_token}
        if login == "jwt":
            return made | {
                "SF_USERNAME": org.username,
                "SF_CLIENT_ID": org.client_id,
                "SF_PRIVATE_KEY_FILE": str(self.key_file()),
            }
        raise ValueError(f"no such login: {login}")

    def key_file(self) -> Path:
        """A file with the private key of the JWT login."""
        if self._key_file is None:
            self._key_file = Path(tempfile.mkdtemp(prefix="peer")) / "server.key"
            self._key_file.write_text(key_pair()[0])
            self._key_file.chmod(0o600)
        return self._key_file

    def session(self) -> requests.Session:
        """A session that finds the peer behind every https address."""
        from tests.support.salesforce_peer.client import session

        return session(self.url)

    def client(self, login: str = "client_credentials", **options: Any) -> Salesforce:
        """simple-salesforce, logged in."""
        from tests.support.salesforce_peer.client import client

        return client(self, login, **options)

    def close(self) -> None:
        """Leaves nothing behind."""
        self.store.connection.close()
        if self._key_file:
            shutil.rmtree(self._key_file.parent, ignore_errors=True)


def control(peer: Peer, body: bytes) -> Response:
    """A call of one of the peer's methods from another process."""
    allowed = {
        "insert",
        "load",
        "update",
        "delete",
        "undelete",
        "purge",
        "hard_delete",
        "merge",
        "archive",
        "count",
        "add_field",
        "remove_field",
        "restore_field",
        "retype",
        "remove_object",
        "advance",
        "expire_tokens",
        "clear_faults",
    }
    wanted = json.loads(body)
    if wanted.get("do") not in allowed:
        return answer({"error": f"not one of {', '.join(sorted(allowed))}"}, 400)
    try:
        result = getattr(peer, wanted["do"])(*wanted.get("args", []), **wanted.get("kwargs", {}))
    except (KeyError, ValueError, TypeError) as problem:
        return answer({"error": str(problem)}, 400)
    return answer({"result": result})
