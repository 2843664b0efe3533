"""Turns a query into DuckDB's SQL, with the meaning that nulls and cases have in SOQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.support.salesforce_peer import errors
from tests.support.salesforce_peer.errors import ApiError
from tests.support.salesforce_peer.ids import to_18
from tests.support.salesforce_peer.schema import NUMBERS, Field, SObject
from tests.support.salesforce_peer.soql import Compare, Condition, Join, Literal, Query, Token


@dataclass(frozen=True)
class Column:
    """A selected column: the path it goes by in the answer, its field, its SQL."""

    path: tuple[str, ...]
    field: Field
    sql: str
    entity: str


@dataclass
class Plan:
    """A query that was understood: what it selects, from where, under which conditions."""

    query: Query
    item: SObject
    columns: list[Column] = field(default_factory=list)
    where: str = "true"
    order: str = ""
    values: list[Any] = field(default_factory=list)
    joins: dict[str, str] = field(default_factory=dict)

    def sql(self, selected: str, *, with_deleted: bool) -> str:
        """The statement; without deleted and archived records unless told otherwise."""
        conditions = [self.where]
        if not with_deleted:
            conditions.append('not coalesce(r."IsDeleted", false)')
            if "isarchived" in self.item.fields:
                conditions.append('not coalesce(r."IsArchived", false)')
        return (
            f"select {selected} from {self.item.table} r {' '.join(self.joins.values())} "
            f"where {' and '.join(conditions)}"
        )

    def ordering(self) -> str:
        """ORDER BY and LIMIT; an order nobody asked for is neither that of ids nor of arrival."""
        order = self.order or 'hash(r."Id"), r."Id"'
        limit = f" limit {self.query.limit}" if self.query.limit is not None else ""
        return f" order by {order}{limit}"


def plan(query: Query, objects: dict[str, SObject]) -> Plan:
    """Finds the fields of a query and translates its conditions."""
    item = objects.get(query.entity.lower())
    if item is None or item.is_removed:
        raise errors.no_such_type(query.text, query.text.find(query.entity), query.entity)
    made = Plan(query, item)
    compiler = _Compiler(made, objects)
    made.columns = [compiler.column(token) for token in query.fields]
    if query.where:
        made.where = compiler.condition(query.where)
    made.order = ", ".join(
        f"{compiler.sortable(order.field)} {'desc' if order.is_descending else 'asc'} "
        f"nulls {'first' if order.nulls_first else 'last'}"
        for order in query.order
    )
    return made


class _Compiler:
    def __init__(self, made: Plan, objects: dict[str, SObject]) -> None:
        self.plan = made
        self.objects = objects

    def column(self, token: Token) -> Column:
        """The field a name stands for, over at most one parent."""
        item, alias, path = self.plan.item, "r", token.text.split(".")
        if len(path) > 2:
            raise errors.no_such_column(
                self.plan.query.text, token.at, token.text, self.plan.item.name
            )
        named: tuple[str, ...] = ()
        if len(path) == 2:
            item, alias, relationship = self.parent(path[0], token)
            named = (relationship,)
        found = item.fields.get(path[-1].lower())
        if found is None:
            raise errors.no_such_column(self.plan.query.text, token.at, path[-1], item.name)
        return Column((*named, found.name), found, f'{alias}."{found.name}"', item.name)

    def parent(self, name: str, token: Token) -> tuple[SObject, str, str]:
        """The object behind a relationship, joined once."""
        for reference in self.plan.item.fields.values():
            if (reference.relationship or "").lower() != name.lower():
                continue
            target = self.objects.get(reference.refers_to[0].lower())
            if target is None or target.is_removed or len(reference.refers_to) > 1:
                break
            alias = f'"p_{reference.name}"'
            self.plan.joins[alias] = (
                f"left join {target.table} {alias} "
                f'on left({alias}."Id", 15) = left(r."{reference.name}", 15)'
            )
            return target, alias, str(reference.relationship)
        raise ApiError.at(
            "INVALID_FIELD",
            self.plan.query.text,
            token.at,
            f"Didn't understand relationship '{name}' in field path. If you are attempting to use "
            "a custom relationship, be sure to append the '__r' after the custom relationship "
            "name. Please reference your WSDL or the describe call for the appropriate names.",
            len(token.text),
        )

    def filterable(self, token: Token) -> Column:
        """A field that may stand in WHERE."""
        found = self.column(token)
        if not found.field.is_filterable:
            raise ApiError.at(
                "INVALID_FIELD",
                self.plan.query.text,
                token.at,
                f"field '{found.field.name}' can not be filtered in a query call",
                len(token.text),
            )
        return found

    def sortable(self, token: Token) -> str:
        """What a column is sorted by: ids mind their case, other texts do not."""
        found = self.column(token)
        if not found.field.is_filterable:
            raise ApiError.at(
                "MALFORMED_QUERY",
                self.plan.query.text,
                token.at,
                f"field '{found.field.name}' can not be sorted in a query call",
                len(token.text),
            )
        if found.field.is_text and not found.field.is_id:
            return f"lower({found.sql})"
        return found.sql

    def condition(self, condition: Condition) -> str:
        """Every condition is true or false, never null: that is how SOQL counts."""
        if isinstance(condition, Join):
            parts = [self.condition(part) for part in condition.parts]
            if condition.word == "not":
                return f"(not {parts[0]})"
            return "(" + f" {condition.word} ".join(parts) + ")"
        column = self.filterable(condition.field)
        if condition.operator in ("in", "not in"):
            any_of = self.any_of(column, condition.values)
            return f"(not {any_of})" if condition.operator == "not in" else any_of
        if condition.operator == "=":
            return self.equal(column, condition.values[0])
        if condition.operator == "!=":
            return f"(not {self.equal(column, condition.values[0])})"
        return self.ordered(column, condition)

    def equal(self, column: Column, value: Literal) -> str:
        """`= ''` is `= null`."""
        if value is None or (value == "" and column.field.is_text):
            return f"({column.sql} is null)"
        self.plan.values.append(self.value(column.field, value))
        return f"coalesce({self.compared(column)} = ?, false)"

    def any_of(self, column: Column, values: tuple[Literal, ...]) -> str:
        """IN, in one comparison but for nulls and booleans."""
        plain = [value for value in values if value not in (None, "")]
        if column.field.type == "boolean" or len(plain) < len(values):
            return "(" + " or ".join(self.equal(column, value) for value in values) + ")"
        self.plan.values.extend(self.value(column.field, value) for value in plain)
        marks = ", ".join("?" * len(plain))
        return f"coalesce({self.compared(column)} in ({marks}), false)"

    def ordered(self, column: Column, condition: Compare) -> str:
        """`<`, `>` and LIKE, which no null fulfils."""
        value = condition.values[0]
        if condition.operator == "like":
            if not column.field.is_text or column.field.is_id:
                raise self.wrong_type(column.field, value)
            self.plan.values.append(str(value).lower())
            return f"coalesce({self.compared(column)} like ? escape '\\', false)"
        if column.field.type == "boolean" or value is None:
            raise ApiError(400, "INVALID_FIELD", f"invalid operator on {column.field.type} field")
        self.plan.values.append(self.value(column.field, value))
        return f"coalesce({self.compared(column)} {condition.operator} ?, false)"

    def compared(self, column: Column) -> str:
        """The side of the field: texts mind no case; moments are whole seconds in the store."""
        if column.field.is_id:
            return f"left({column.sql}, 15)"
        if column.field.is_text:
            return f"lower({column.sql})"
        return column.sql

    def value(self, found: Field, value: Literal) -> Any:
        """The side of the literal, which has to be of the field's type."""
        if found.is_text and isinstance(value, str):
            return _bare_id(value, self.plan.query.text) if found.is_id else value.lower()
        if found.type == "boolean" and isinstance(value, bool):
            return value
        if found.type == "datetime" and isinstance(value, datetime):
            return value.replace(microsecond=0)
        if found.type == "date" and isinstance(value, date) and not isinstance(value, datetime):
            return value
        if found.type in NUMBERS and isinstance(value, int | float) and not isinstance(value, bool):
            return value
        raise self.wrong_type(found, value)

    def wrong_type(self, found: Field, value: Literal) -> ApiError:
        """Salesforce names the type it wants and whether quotes are wrong or missing."""
        kind = "dateTime" if found.type == "datetime" else found.type
        quotes = "should not be" if isinstance(value, str) else "should be"
        return ApiError(
            400,
            "INVALID_FIELD",
            f"value of filter criterion for field '{found.name}' must be of type {kind} and "
            f"{quotes} enclosed in quotes",
        )


def _bare_id(value: str, query: str) -> str:
    if len(value) not in (15, 18) or to_18(value)[: len(value)] != value:
        raise ApiError.at(
            "INVALID_QUERY_FILTER_OPERATOR",
            query,
            max(query.find(value), 0),
            f"invalid ID field: {value}",
        )
    return value[:15]
