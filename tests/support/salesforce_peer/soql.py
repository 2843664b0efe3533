"""Reads the part of SOQL that the peer speaks; anything else is refused, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NoReturn

from tests.support.salesforce_peer.errors import ApiError

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<datetime>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:?\d{2}))
      | (?P<date>\d{4}-\d{2}-\d{2}(?![\dT]))
      | (?P<number>[+-]?\d+(?:\.\d+)?(?![\w.-]))
      | (?P<string>'(?:[^'\\]|\\.)*')
      | (?P<word>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
      | (?P<sign><=|>=|!=|<>|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_OPERATORS = {"=", "!=", "<>", "<", "<=", ">", ">="}
Literal = str | float | int | bool | date | datetime | None


@dataclass(frozen=True)
class Token:
    """A word of the query: its kind, its text, and where it stands."""

    kind: str
    text: str
    at: int

    @property
    def lower(self) -> str:
        """Key words mind no case."""
        return self.text.lower() if self.kind == "word" else ""


@dataclass(frozen=True)
class Compare:
    """`field operator literal(s)`; `in`, `not in` and `like` are operators too."""

    field: Token
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True)
class Join:
    """Conditions that all (`and`) or not all (`or`) have to hold, or one that must not."""

    word: str
    parts: tuple[Condition, ...]


Condition = Compare | Join


@dataclass(frozen=True)
class Order:
    """One column of ORDER BY."""

    field: Token
    is_descending: bool
    nulls_first: bool


@dataclass(frozen=True)
class Query:
    """A query as it was read; `fields` is empty for COUNT()."""

    text: str
    fields: tuple[Token, ...]
    entity: str
    where: Condition | None
    order: tuple[Order, ...]
    limit: int | None

    @property
    def is_count(self) -> bool:
        """Whether only the number of records was asked for."""
        return not self.fields


def parse(text: str) -> Query:
    """Reads a query; what it does not know is MALFORMED_QUERY."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.place = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.here
        self.place += 1
        return token

    def accept(self, *words: str) -> bool:
        """Goes past these key words or signs if they come next."""
        coming = self.tokens[self.place : self.place + len(words)]
        if [item.lower or item.text for item in coming] != list(words):
            return False
        self.place += len(words)
        return True

    def expect(self, *words: str) -> None:
        if not self.accept(*words):
            self.refuse()

    def refuse(self) -> NoReturn:
        token = self.here
        name = f"'{token.text}'" if token.text else "'<EOF>'"
        raise ApiError.at(
            "MALFORMED_QUERY", self.text, token.at, f"unexpected token: {name}", len(token.text)
        )

    def word(self) -> Token:
        if self.here.kind != "word":
            self.refuse()
        return self.take()

    def query(self) -> Query:
        self.expect("select")
        fields = self.selected()
        self.expect("from")
        entity = self.word()
        if "." in entity.text:
            self.refuse()
        where = self.condition() if self.accept("where") else None
        order = self.ordered() if self.accept("order", "by") else ()
        limit = self.limited() if self.accept("limit") else None
        if self.here.kind != "end":
            self.refuse()
        return Query(self.text, fields, entity.text, where, order, limit)

    def selected(self) -> tuple[Token, ...]:
        if self.accept("count", "(", ")"):
            return ()
        fields = [self.word()]
        while self.accept(","):
            fields.append(self.word())
        names = [item.lower for item in fields]
        for item in fields:
            if names.count(item.lower) > 1:
                raise ApiError(400, "MALFORMED_QUERY", f"duplicate field selected: {item.text}")
        return tuple(fields)

    def condition(self) -> Condition:
        """AND and OR side by side need parentheses, as in the real language."""
        parts = [self.simple()]
        joined = ""
        while self.here.lower in ("and", "or"):
            if joined and self.here.lower != joined:
                self.refuse()
            joined = self.take().lower
            parts.append(self.simple())
        return Join(joined, tuple(parts)) if joined else parts[0]

    def simple(self) -> Condition:
        if self.accept("not"):
            return Join("not", (self.simple(),))
        if self.accept("("):
            inner = self.condition()
            self.expect(")")
            return inner
        field = self.word()
        if self.accept("not", "in"):
            return Compare(field, "not in", self.several())
        if self.accept("in"):
            return Compare(field, "in", self.several())
        if self.accept("like"):
            return Compare(field, "like", (self.like(),))
        if self.here.text not in _OPERATORS:
            self.refuse()
        operator = self.take().text
        return Compare(field, "!=" if operator == "<>" else operator, (self.literal(),))

    def several(self) -> tuple[Literal, ...]:
        self.expect("(")
        values = [self.literal()]
        while self.accept(","):
            values.append(self.literal())
        self.expect(")")
        return tuple(values)

    def like(self) -> str:
        """A pattern for DuckDB: its own escapes are kept apart from the query's."""
        if self.here.kind != "string":
            self.refuse()
        return _unescaped(self.take(), self.text, for_like=True)

    def literal(self) -> Literal:
        token = self.here
        words: dict[str, Literal] = {"true": True, "false": False, "null": None}
        if token.kind not in ("string", "number", "date", "datetime") and token.lower not in words:
            self.refuse()
        self.place += 1
        if token.kind == "string":
            return _unescaped(token, self.text)
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        return words[token.lower] if token.kind == "word" else self.moment(token)

    def moment(self, token: Token) -> date | datetime:
        try:
            if token.kind == "date":
                return date.fromisoformat(token.text)
            return datetime.fromisoformat(token.text).astimezone(UTC).replace(tzinfo=None)
        except ValueError:
            self.place -= 1
            self.refuse()

    def ordered(self) -> tuple[Order, ...]:
        found = [self.order_column()]
        while self.accept(","):
            found.append(self.order_column())
        return tuple(found)

    def order_column(self) -> Order:
        field = self.word()
        is_descending = self.accept("desc")
        if not is_descending:
            self.accept("asc")
        nulls_first = True  # the language's default in both directions
        if self.accept("nulls"):
            nulls_first = self.accept("first")
            if not nulls_first:
                self.expect("last")
        return Order(field, is_descending, nulls_first)

    def limited(self) -> int:
        if self.here.kind != "number" or not self.here.text.isdigit():
            self.refuse()
        return int(self.take().text)


def _tokens(text: str) -> list[Token]:
    found = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if not match or not match.lastgroup:
            raise ApiError.at(
                "MALFORMED_QUERY",
                text,
                at + len(text[at:]) - len(text[at:].lstrip()),
                f"line 1:{at} no viable alternative at character '{text[at:].lstrip()[0]}'",
            )
        kind = match.lastgroup
        found.append(Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return [*found, Token("end", "", len(text))]


def _unescaped(token: Token, text: str, *, for_like: bool = False) -> str:
    """What a string literal stands for; a pattern keeps `\\%` and `\\_` for the like."""

    def replaced(match: re.Match[str]) -> str:
        mark = match[1]
        if for_like and mark in "%_\\":
            return "\\" + mark
        if mark in "%_" and not for_like:
            return "\\" + mark
        if mark not in _ESCAPES:
            raise ApiError.at("MALFORMED_QUERY", text, token.at, f"Illegal escape: \\{mark}")
        return _ESCAPES[mark]

    return re.sub(r"\\(.)", replaced, token.text[1:-1], flags=re.DOTALL)
