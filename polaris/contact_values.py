"""What people write where addresses, numbers or lists belong (platform.md §7.1, 7.2, 7.7).

A cell may hold several addresses or numbers, one in brackets behind a name, or one with words
around it. Two functions take such a cell apart and say how many of its parts are none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polaris.phone_numbers import e164

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

_NOTHING = frozenset({"", "n/a", "na", "none", "nan", "null", "-", "--"})
_NO_NUMBER = _NOTHING | {"0"}
_MOST_CHARACTERS = 1000

_ATOM = r"[a-z0-9!#$%&'*+/=?^_{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(
    rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{2,59}})"
)
_IN_BRACKETS = re.compile(r"<([^<>]*)>")
_BETWEEN_ADDRESSES = re.compile(r"[;,\n]")
_LONGEST_ADDRESS = 254

# Behind one of these words, or behind #, digits are an extension.
_EXTENSION = re.compile(
    r"[\s,]*(?:;\s*ext=|\bextension\b|\bext\b\.?|(?<=[\d\s)])x\b\.?|(?<=\d)x(?=\d)|\bx(?=\d)|#)"
    r"[\s.:]*(\d{1,8})\s*$",
    re.IGNORECASE,
)
_LABEL_WORDS = re.compile(
    r"^\s*(?:tel(?:ephone)?|ph(?:one)?|cell(?:ular)?|mobile|home|work|office|fax|main|number|no|m|c"
    r"|h|w|o|p|t)?\s*[.:]*\s*(?=[+(\d])",
    re.IGNORECASE,
)
_BETWEEN_NUMBERS = re.compile(r"\s*(?:[;,/|\n&]|\bor\b|\band\b)\s*", re.IGNORECASE)
_INTEGER_CELL = re.compile(r"(\d+)\.0+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
_FIGURES = re.compile(r"[+]?[\d\s().\-]+")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))


@dataclass(frozen=True)
class ContactValues:
    """What a cell holds.

    Attributes:
        found: the addresses or numbers in their order, each once.
        invalid_count: parts that are neither one of them nor nothing.
        extension: of the first number; None for addresses and where there is none.
    """

    found: tuple[str, ...] = ()
    invalid_count: int = 0
    extension: str | None = None


def email_addresses(text: str | None) -> ContactValues:
    """The addresses of a cell, lower case, the domain in ASCII; nothing for `n/a` and the like.

    Args:
        text: as people write addresses: `Ana Ruiz <ana@example.org>`, `mailto:`, two with `;`.
    """
    if text is None:
        return ContactValues()
    plain = _visible(text).strip().lower()
    if plain in _NOTHING:
        return ContactValues()
    if _ADDRESS.fullmatch(plain) and len(plain) <= _LONGEST_ADDRESS:
        return ContactValues((plain,))
    if len(plain) > _MOST_CHARACTERS:
        return ContactValues(invalid_count=1)
    parts = _IN_BRACKETS.findall(plain) or _BETWEEN_ADDRESSES.split(plain)
    return _collected(parts, _address, _NOTHING)


def phone_numbers(text: str | None) -> ContactValues:
    """The numbers of a cell in E.164, American where no country is said.

    Args:
        text: as people write numbers, or a number cell as the workbook gives it.
    """
    if text is None:
        return ContactValues()
    plain = _visible(text).translate(_DASHES).strip()
    if plain.lower() in _NO_NUMBER:
        return ContactValues()
    if len(plain) > _MOST_CHARACTERS:
        return ContactValues(invalid_count=1)
    number, extension = _number(plain)
    if number:
        return ContactValues((number,), extension=extension)
    parts = _BETWEEN_NUMBERS.split(plain)
    if len(parts) == 1:
        return ContactValues(invalid_count=1)
    read = _collected(parts, lambda part: _number(part)[0], _NO_NUMBER)
    return ContactValues(read.found, read.invalid_count, _number(parts[0])[1])


def distinct_parts(text: str | None) -> str | None:
    """The parts of a text between semicolons, each once whatever its capitals, with `; ` between.

    Returns:
        None for no parts.
    """
    if text is None:
        return None
    parts: dict[str, str] = {}
    for part in map(str.strip, text.split(";")):
        if part:
            parts.setdefault(part.casefold(), part)
    return "; ".join(parts.values()) or None


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes `contact_emails`, `contact_phones` and `distinct_parts` of a text known.

    The first two give `{found varchar[], invalid_count integer, extension varchar}`, also for null;
    the last gives a text.
    """
    import duckdb
    from duckdb.func import ARROW, SPECIAL

    answer = duckdb.struct_type(
        {"found": "VARCHAR[]", "invalid_count": "INTEGER", "extension": "VARCHAR"}
    )
    for name, function in (("contact_emails", email_addresses), ("contact_phones", phone_numbers)):
        connection.create_function(
            name,
            _column(function),
            parameters=["VARCHAR"],
            return_type=answer,
            type=ARROW,
            null_handling=SPECIAL,
        )
    connection.create_function(
        "distinct_parts",
        _texts,
        parameters=["VARCHAR"],
        return_type="VARCHAR",
        type=ARROW,
        null_handling=SPECIAL,
    )


def _texts(texts: Any) -> Any:
    """`distinct_parts` on an Arrow array of texts."""
    import pyarrow as pa

    return pa.array([distinct_parts(text) for text in texts.to_pylist()], pa.string())


def _column(function: Callable[[str | None], ContactValues]) -> Callable[[Any], Any]:
    """The function on an Arrow array of texts."""

    def column(texts: Any) -> Any:
        import pyarrow as pa

        read = [function(text) for text in texts.to_pylist()]
        return pa.StructArray.from_arrays(
            [
                pa.array([list(item.found) for item in read], pa.list_(pa.string())),
                pa.array([item.invalid_count for item in read], pa.int32()),
                pa.array([item.extension for item in read], pa.string()),
            ],
            names=["found", "invalid_count", "extension"],
        )

    return column


def _collected(
    parts: list[str], read: Callable[[str], str | None], nothing: frozenset[str]
) -> ContactValues:
    found: dict[str, None] = {}
    invalid = 0
    for part in parts:
        if part.strip().lower() in nothing:
            continue
        value = read(part)
        if value is None:
            invalid += 1
        else:
            found[value] = None
    return ContactValues(tuple(found), invalid)


def _visible(text: str) -> str:
    """One form of every letter (NFKC), without what cannot be seen."""
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if unicodedata.category(c) != "Cf")


def _address(text: str) -> str | None:
    plain = text.strip().removeprefix("mailto:").partition("?")[0].strip()
    local, at, domain = plain.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    plain = local + at + domain
    return plain if len(plain) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(plain) else None


def _number(text: str) -> tuple[str | None, str | None]:
    """One number in E.164 and its extension; (None, None) where the whole text is none."""
    plain = text.strip()
    cell = _INTEGER_CELL.fullmatch(plain)
    if cell:
        plain = cell[1]
    elif _SCIENTIFIC.fullmatch(plain):
        plain = f"{float(plain):.0f}"
    extension = _EXTENSION.search(plain)
    if extension:
        plain = plain[: extension.start()]
    plain = _LABEL_WORDS.sub("", plain).strip()
    if not _FIGURES.fullmatch(plain):
        return None, None  # letters stand for digits on a telephone, not in a list
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    number = e164(plain)
    return number, (extension[1] if extension and number else None)
