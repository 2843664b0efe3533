"""A Google Sheet: read through its CSV export, imported as a file (interface.md §2).

The sheet must be open to who has its link; no key of Google is needed or kept. What is read is what
lands: the file goes into the archive as any other, and the same content again changes nothing.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from polaris.errors import BadInput, PolarisError
from polaris.imports import (
    PathfulOptions,
    RosterOptions,
    import_pathful,
    import_roster,
    require_adapter,
)
from polaris.progress import Progress
from polaris.settings import Settings
from polaris.workplace import own_folder

if TYPE_CHECKING:
    import requests

ADAPTER = "google_sheets"
KINDS = ("roster", "virtual-sessions")
MOST_BYTES = 100 * 1024**2
_ID = re.compile(r"[A-Za-z0-9_-]{20,100}")
_PATH = re.compile(r"/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]{20,100})(?:/|$)")
_GID = re.compile(r"(?:^|[&#?])gid=(\d{1,12})(?:&|$)")
_TIMEOUT = (10, 120)
_WAITS = (1, 4)
_NO_ADDRESS = (
    "The address is none of a Google Sheet; it reads "
    "https://docs.google.com/spreadsheets/d/…/edit#gid=0."
)
_NOT_OPEN = (
    "Google asks for a sign-in before it shows this sheet; share it as “anyone with the link can "
    "view”, or download it as CSV and import the file."
)


@dataclass(frozen=True)
class Sheet:
    """One tab of a spreadsheet.

    Attributes:
        sheet_id: in its address.
        gid: of the tab; 0 is the first that was made.
    """

    sheet_id: str
    gid: str

    @property
    def file_name(self) -> str:
        """What its file is called in the ledger."""
        return f"google-sheet-{self.sheet_id[:12]}-{self.gid}.csv"


def named(text: str, gid: str | None = None) -> Sheet:
    """The sheet an address or an id names.

    Raises:
        BadInput: it names none.
    """
    given = text.strip()
    if "://" in given:
        try:
            parts = urlsplit(given)
        except ValueError:
            raise BadInput(_NO_ADDRESS) from None
        found = _PATH.search(parts.path)
        if parts.scheme != "https" or parts.hostname != "docs.google.com" or found is None:
            raise BadInput(_NO_ADDRESS)
        tab = _GID.search(f"#{parts.fragment}") or _GID.search(f"?{parts.query}")
        return Sheet(found[1], gid or (tab[1] if tab else "0"))
    if not _ID.fullmatch(given):
        raise BadInput("That is neither the address nor the id of a Google Sheet.")
    return Sheet(given, gid or "0")


def import_sheet(
    settings: Settings,
    sheet: Sheet,
    options: PathfulOptions | RosterOptions,
    progress: Progress,
) -> dict[str, Any]:
    """Reads the sheet and imports it as a roster or as sessions, as the options say.

    Raises:
        BadInput: the sheet is not there, not open, or not what it should be; nothing landed.
        NotReady: the adapter is off.
        PolarisError: Google cannot be reached, or what an import of a file raises.
    """
    require_adapter(settings, ADAPTER)
    with own_folder(settings, "sheet") as folder:
        path = folder / sheet.file_name
        path.write_bytes(download(settings.sheets_url, sheet))
        if isinstance(options, RosterOptions):
            return import_roster(settings, path, options, progress, adapter=ADAPTER)
        return import_pathful(settings, [path], options, progress, adapter=ADAPTER)[0]


def download(base: str, sheet: Sheet) -> bytes:
    """The tab as CSV.

    Args:
        base: `https://docs.google.com`, or a stand-in.
        sheet: which.

    Raises:
        BadInput: it is not there, not open, or too large.
        PolarisError: Google cannot be reached, or goes on failing.
    """
    import requests

    url = f"{base}/spreadsheets/d/{sheet.sheet_id}/export"
    problem = "it cannot be reached"
    for wait in (*_WAITS, None):
        try:
            with requests.get(
                url, {"format": "csv", "gid": sheet.gid}, timeout=_TIMEOUT, stream=True
            ) as answer:
                if answer.status_code not in {429, 500, 502, 503, 504}:
                    return _content(answer)
                problem = f"it answers {answer.status_code}"
        except requests.RequestException as error:
            problem = f"it cannot be reached ({type(error).__name__})"
        if wait is not None:
            time.sleep(wait)
    raise PolarisError(f"Google did not give the sheet: {problem}. Try again later.")


def _content(answer: requests.Response) -> bytes:
    if answer.status_code in {401, 403}:
        raise BadInput(_NOT_OPEN)
    if answer.status_code in {400, 404, 410}:
        raise BadInput("There is no such sheet, or no such tab in it; look at its address.")
    if answer.status_code != 200:
        raise PolarisError(f"Google did not give the sheet: it answers {answer.status_code}.")
    if "csv" not in answer.headers.get("content-type", ""):
        raise BadInput(_NOT_OPEN)
    content = bytearray()
    for chunk in answer.iter_content(1024**2):
        content += chunk
        if len(content) > MOST_BYTES:
            raise BadInput(f"The sheet has more than {MOST_BYTES // 1024**2} MB.")
    return bytes(content)
