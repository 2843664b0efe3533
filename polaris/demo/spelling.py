"""How one name is written in different places."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

from polaris.demo.names import SUFFIXES, TITLES, Name, strip_marks

Speller = Callable[[Name, random.Random], str]


def _spaced(name: Name, chance: random.Random) -> str:
    wide = f"{name.given}  {name.surname}"
    return wide if chance.random() < 0.5 else f" {wide} "


def _suffixed(name: Name, chance: random.Random) -> str:
    comma = "," if chance.random() < 0.5 else ""
    return f"{name.plain()}{comma} {chance.choice(SUFFIXES)}"


def _hyphen(name: Name, _: random.Random) -> str:
    surname = name.surname
    turned = surname.replace("-", " ") if "-" in surname else surname.replace(" ", "-")
    return f"{name.given} {turned}"


def _middle(name: Name, chance: random.Random) -> str:
    middle = name.middle if chance.random() < 0.5 else f"{name.middle[0]}."
    return f"{name.given} {middle} {name.surname}"


SPELLERS: dict[str, Speller] = {
    "exact": lambda name, _: name.plain(),
    "upper": lambda name, _: name.plain().upper(),
    "lower": lambda name, _: name.plain().lower(),
    "spaces": _spaced,
    "title": lambda name, chance: f"{chance.choice(TITLES)} {name.plain()}",
    "suffix": _suffixed,
    "last_first": lambda name, _: f"{name.surname}, {name.given}",
    "hyphen": _hyphen,
    "folded": lambda name, _: strip_marks(name.plain()),
    "decomposed": lambda name, _: unicodedata.normalize("NFD", name.plain()),
    "middle": _middle,
    "nickname": lambda name, _: f"{name.nicknames[0]} {name.surname}",
    "initial": lambda name, _: f"{name.given[0]}. {name.surname}",
    "typographic": lambda name, _: name.plain().replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"),
    "former": lambda name, _: f"{name.given} {name.other_surname}",
    "short_surname": lambda name, _: f"{name.given} {name.surname.split()[0]}",
    "long_surname": lambda name, _: f"{name.plain()} {name.other_surname}",
    "one_word": lambda name, _: name.given,
}

# Same comparison key as the plain name.
SAME_KEY = (
    *("exact",) * 6,
    "upper",
    "lower",
    "spaces",
    "title",
    "suffix",
    "last_first",
    "hyphen",
    "folded",
    "decomposed",
)
# Led to the plain name by the rules for names (same key, or first and last word).
SAFE = (*SAME_KEY, "middle")
# Anything a person may write who is known by an id or an e-mail.
ANY = (*SAFE, "nickname", "initial", "typographic", "former")


def spell(name: Name, how: str, chance: random.Random) -> str:
    """Writes a name in one of the ways of `SPELLERS`."""
    if how == "nickname" and not name.nicknames:
        how = "exact"
    return SPELLERS[how](name, chance)
