"""Phone numbers as the world writes them down: E.164, judged by the `phonenumbers` library."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

# A plain number of the North American plan: ten digits, perhaps after the country's 1.
_PLAIN = re.compile(r"(?:\+?1)?([2-9]\d{2}[2-9]\d{6})")
_SIGNS = str.maketrans("", "", " ().-/\t\u00a0")


def e164(text: str) -> str | None:
    """The number in E.164, an American one where no country is said; None when it is none.

    Args:
        text: as people write numbers; an extension is left off (salesforce.md 2.4).
    """
    import phonenumbers

    plain = _PLAIN.fullmatch(text.translate(_SIGNS))
    if plain:
        return f"+1{plain[1]}" if _is_assigned(plain[1][:4]) else None
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes `phone_e164(varchar)` known to a connection; it works on whole columns.

    Null gives null. The macro `phone_e164` calls it.
    """
    from duckdb.func import ARROW, SPECIAL

    connection.create_function(
        "phone_e164",
        _column,
        parameters=["VARCHAR"],
        return_type="VARCHAR",
        type=ARROW,
        null_handling=SPECIAL,
    )


def _column(texts: Any) -> Any:
    """The E.164 number of each text of an Arrow array; DuckDB reads the annotations."""
    import pyarrow as pa

    return pa.array([e164(text) if text else None for text in texts.to_pylist()], type=pa.string())


@cache
def _is_assigned(prefix: str) -> bool:
    """Whether an area code and the first digit after it are in use; the rest decides nothing."""
    import phonenumbers

    number = phonenumbers.parse(f"+1{prefix}550123")
    return bool(phonenumbers.is_valid_number(number))
