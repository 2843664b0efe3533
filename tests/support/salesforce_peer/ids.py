"""Record ids as Salesforce makes them: 15 characters that mind their case, and 3 that check it."""

from __future__ import annotations

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def suffix(id15: str) -> str:
    """The three check characters: each says which of five characters are capitals."""
    return "".join(
        _CHECK[sum(1 << place for place in range(5) if id15[start + place] in _BASE62[10:36])]
        for start in (0, 5, 10)
    )


def to_18(record_id: str) -> str:
    """The 18-character form of an id of 15 or 18 characters; other texts come back as they are."""
    if len(record_id) not in (15, 18) or not record_id.isascii() or not record_id.isalnum():
        return record_id
    return record_id[:15] + suffix(record_id[:15])


def make_id(prefix: str, number: int) -> str:
    """The id of the record `number` of the object with this key prefix."""
    digits = ""
    rest = number
    while rest:
        rest, digit = divmod(rest, 62)
        digits = _BASE62[digit] + digits
    if len(prefix) != 3 or number < 0 or len(digits) > 12:
        raise ValueError(f"no id has prefix {prefix!r} and number {number}")
    return to_18(prefix + digits.rjust(12, "0"))
