"""What the CRM says about an object, compared with what we want of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loaders.salesforce.client import Client
from loaders.salesforce.errors import GoneError, ObjectUnknownError
from loaders.salesforce.objects import SYSTEM_FIELDS, SObject

# Compound fields and blobs: the Bulk API cannot read them, and their parts are fields too.
_UNREADABLE_TYPES = frozenset({"address", "location", "base64"})


@dataclass(frozen=True)
class Field:
    """A field as the CRM describes it; `type` is the CRM's own word."""

    name: str
    type: str
    label: str
    is_custom: bool
    is_calculated: bool
    is_mapped: bool


@dataclass(frozen=True)
class Described:
    """An object as the CRM shows it to our user.

    Attributes:
        fields: all of them, by name.
        requested: what can be asked for, system fields first, in the order of our list.
        missing: fields we want that are not there or not shown.
        unmapped: fields that nothing of ours takes.
        sha256: of everything above; differs when anything does.
    """

    fields: tuple[Field, ...]
    requested: tuple[str, ...]
    missing: tuple[str, ...]
    unmapped: tuple[str, ...]
    sha256: str

    def without(self, name: str) -> Described:
        """The same, where a query turned out not to know one of the fields."""
        return Described(
            fields=self.fields,
            requested=tuple(field for field in self.requested if field != name),
            missing=(*self.missing, name),
            unmapped=self.unmapped,
            sha256=self.sha256,
        )

    def datetimes(self) -> frozenset[str]:
        """Names of the fields that hold instants."""
        return frozenset(field.name for field in self.fields if field.type == "datetime")

    def calculated(self) -> tuple[str, ...]:
        """The requested fields whose change does not move SystemModstamp."""
        return tuple(f.name for f in self.fields if f.is_calculated and f.name in self.requested)


def describe(client: Client, item: SObject) -> Described:
    """Asks the CRM about an object.

    Raises:
        ObjectUnknownError: it is not there, or lacks what every object has.
    """
    try:
        answer = client.get(
            client.path(f"sobjects/{item.name}/describe"), f"the description of {item.name}"
        )
    except GoneError:
        raise ObjectUnknownError(
            f"Salesforce has no object {item.name}, or our user may not see it; grant the user "
            "read access to it, or leave it out with --objects."
        ) from None
    wanted = (*SYSTEM_FIELDS, *item.fields)
    fields = tuple(sorted((_field(told, wanted) for told in answer["fields"]), key=_name))
    readable = {field.name for field in fields if field.type not in _UNREADABLE_TYPES}
    lacking = [name for name in SYSTEM_FIELDS if name not in readable]
    if lacking:
        raise ObjectUnknownError(
            f"Salesforce does not show {', '.join(lacking)} of {item.name}, without which changes "
            "cannot be followed; give the user read access to it."
        )
    return Described(
        fields=fields,
        requested=tuple(name for name in wanted if name in readable),
        missing=tuple(name for name in wanted if name not in readable),
        unmapped=tuple(f.name for f in fields if f.name in readable and not f.is_mapped),
        sha256=hashlib.sha256(json.dumps([vars(f) for f in fields]).encode()).hexdigest(),
    )


def changed_types(before: Mapping[str, str], fields: Sequence[Field]) -> tuple[str, ...]:
    """Fields of ours whose type is another than before, as `Name: string -> double`."""
    return tuple(
        f"{field.name}: {before[field.name]} -> {field.type}"
        for field in fields
        if field.is_mapped and field.name in before and before[field.name] != field.type
    )


def _field(told: Mapping[str, Any], wanted: Sequence[str]) -> Field:
    return Field(
        name=str(told["name"]),
        type=str(told["type"]),
        label=str(told.get("label") or ""),
        is_custom=bool(told.get("custom")),
        is_calculated=bool(told.get("calculated")),
        is_mapped=told["name"] in wanted,
    )


def _name(field: Field) -> str:
    return field.name
