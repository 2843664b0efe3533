"""Opens a file that came from somewhere else: what it is, and whether it is safe to read."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from loaders.errors import InputError

Kind = Literal["xlsx", "xls", "text"]

_ZIP_MAGIC = b"PK\x03\x04"
_ZIP_EMPTY_MAGIC = b"PK\x05\x06"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_RATIO_COUNTS_FROM = 100 * 1024**2
_CHUNK = 1 << 20
# Opening tags of cells beyond column Z and of rows; an empty cell closes itself and takes no room.
_WIDE_CELL = re.compile(rb' r="([A-Z]{2,3})\d+"[^>/]*>')
_ROW = re.compile(rb' r="(\d+)"[^>/]*>')
_LONGEST_TAG = 512


@dataclass(frozen=True)
class Limits:
    """Sizes beyond which a file is refused before it can exhaust the machine.

    Attributes:
        max_rows: data rows of a sheet.
        max_cells: rows times columns that a sheet spans (a stray cell far out counts in full).
        max_bytes: a file's size, and what a workbook may unpack to.
        max_ratio: unpacked size divided by packed size of a workbook above 100 MiB.
    """

    max_rows: int = 2_000_000
    max_cells: int = 60_000_000
    max_bytes: int = 1024**3
    max_ratio: int = 300


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The whole file, read once.

    Raises:
        InputError: missing, not a regular file, not readable, empty or too large.
    """
    name = path.name or str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{path} is a folder; name the workbook or CSV file inside it.")
        if not stat.S_ISREG(status.st_mode):
            raise InputError(
                f"{path} is a pipe or device, not a file; save the export to disk and name that."
            )
        if status.st_size > limits.max_bytes:
            raise InputError(
                f"{name} has {_size(status.st_size)}, more than the {_size(limits.max_bytes)} a "
                "file may have; split the export and import the parts."
            )
        content = path.read_bytes()
    except FileNotFoundError:
        hint = "the link leads to no file" if path.is_symlink() else "there is no such file"
        raise InputError(f"{path}: {hint}; check the path and the spelling.") from None
    except PermissionError:
        raise InputError(
            f"{path} may not be read by this user; ask for read permission or copy the file."
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path} cannot be read ({reason}); copy it and try again.") from None
    if not content:
        raise InputError(f"{name} is empty (0 bytes); export it again.", "it is empty")
    return content


def kind_of(name: str, content: bytes) -> Kind:
    """What the bytes are, whatever the file is called.

    Raises:
        InputError: a password-protected workbook, or neither a workbook nor text.
    """
    if content.startswith((_ZIP_MAGIC, _ZIP_EMPTY_MAGIC)):
        return "xlsx"
    if content.startswith(_OLE_MAGIC):
        if _ENCRYPTED_STREAM in content:
            raise password_protected(name)
        return "xls"
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise InputError(
            f"{name} is a web page or XML, not a workbook or CSV; export the report again as XLSX.",
            "it is a web page or XML, not a workbook or CSV",
        )
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not utf16 and re.search(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]", content):
        raise InputError(
            f"{name} is neither a workbook nor a CSV; export the report again as XLSX.",
            "it is neither a workbook nor a CSV",
        )
    return "text"


def password_protected(name: str) -> InputError:
    """The error for a workbook that only opens with a password."""
    return InputError(
        f"{name} is protected with a password; open it, remove the password, save it and try "
        "again.",
        "it is protected with a password",
    )


def damaged(name: str) -> InputError:
    """The error for a workbook that cannot be read to its end."""
    return InputError(
        f"{name} is a damaged or incomplete workbook; download or export it again and try again.",
        "it is a damaged or incomplete workbook",
    )


def check_workbook(name: str, content: bytes, limits: Limits) -> None:
    """Refuses a ZIP that is no workbook, is damaged, or unpacks to more than the limits.

    Sizes come from the ZIP directory first; then every sheet is unpacked once in small pieces,
    so that a directory that lies, and one stray cell in the last column, are found before a
    reader sets memory aside for them.

    Raises:
        InputError: one sentence saying which of these it is.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_directory(name, entries, limits)
            for entry in entries:
                if _is_sheet_data(entry.filename):
                    _check_sheet(name, archive, entry, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
    ) as e:
        raise damaged(name) from e


def _check_directory(name: str, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise password_protected(name)
    if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
        raise InputError(
            f"{name} is a ZIP archive but not an Excel workbook; unpack it, or save the report as "
            "XLSX or CSV."
        )
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    is_bomb = unpacked > _RATIO_COUNTS_FROM and unpacked / packed > limits.max_ratio
    if unpacked > limits.max_bytes or is_bomb:
        raise InputError(
            f"{name} would unpack from {_size(packed)} to {_size(unpacked)}, which no report does; "
            "it was not opened: export it again."
        )


def _is_sheet_data(entry_name: str) -> bool:
    entry_name = entry_name.lower()
    is_sheet = entry_name.startswith("xl/worksheets/") and entry_name.endswith(".xml")
    return is_sheet or entry_name == "xl/sharedstrings.xml"


def _check_sheet(
    name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits
) -> None:
    """Unpacks one entry in pieces and measures how far its filled cells reach."""
    widest, lowest, tail = 26, 1, b""
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            text = tail + piece
            widest = max([widest, *map(_column_number, set(_WIDE_CELL.findall(text)))])
            lowest = max([lowest, *map(int, _ROW.findall(text))])
            tail = text[-_LONGEST_TAG:]
            if widest * lowest > limits.max_cells:
                raise InputError(
                    f"{name} has cells as far out as column {column_letters(widest - 1)} and row "
                    f"{lowest:,}, more than a report can have; delete the stray cells or copy the "
                    "report into a new workbook."
                )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(index: int) -> str:
    """The spreadsheet's name of the column at a zero-based index: 0 is A, 26 is AA."""
    letters, rest = "", index + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def _size(count: int) -> str:
    for unit, divisor in (("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024)):
        if count >= divisor:
            return f"{count / divisor:,.1f} {unit}"
    return f"{count} bytes"
