"""The objects of the invented organisation: fields, types and what describe says about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.support.salesforce_peer.standard import OBJECTS, PREFIXES

DUCKDB_TYPES = {
    "boolean": "boolean",
    "int": "bigint",
    "double": "double",
    "percent": "double",
    "currency": "double",
    "date": "date",
    "datetime": "timestamp",
}
SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "percent": "xsd:double",
    "currency": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
}
NUMBERS = frozenset({"int", "double", "percent", "currency"})
ADDRESS_PARTS = {
    "Street": "street",
    "City": "city",
    "State": "state",
    "PostalCode": "postalCode",
    "Country": "country",
}


@dataclass(frozen=True)
class Field:
    """A field: its API name and what describe tells of it."""

    name: str
    type: str = "string"
    label: str = ""
    length: int = 255
    refers_to: tuple[str, ...] = ()
    calculated: bool = False
    compound: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether its values are texts, kept as varchar."""
        return self.type not in DUCKDB_TYPES and self.type != "address"

    @property
    def is_id(self) -> bool:
        """Whether it holds record ids, compared by their 15 characters."""
        return self.type in ("id", "reference")

    @property
    def is_filterable(self) -> bool:
        """Long texts and compounds stand in no WHERE and no ORDER BY."""
        return self.type not in ("textarea", "address")

    @property
    def column_type(self) -> str:
        """What it is in DuckDB."""
        return DUCKDB_TYPES.get(self.type, "varchar")

    @property
    def relationship(self) -> str | None:
        """The name under which a query reaches the record it points to."""
        if not self.refers_to:
            return None
        if self.name.endswith("__c"):
            return self.name[:-1] + "r"
        return self.name.removesuffix("Id")

    def described(self) -> dict[str, Any]:
        """As it stands in the answer of describe."""
        is_number = self.type in NUMBERS
        return {
            "name": self.name,
            "label": self.label or self.name.removesuffix("__c").replace("_", " "),
            "type": self.type,
            "soapType": SOAP_TYPES.get(self.type, "xsd:string"),
            "length": 18 if self.is_id else 0 if self.type in SOAP_TYPES else self.length,
            "byteLength": 18 if self.is_id else 0 if self.type in SOAP_TYPES else self.length * 3,
            "precision": 18 if is_number else 0,
            "scale": 2 if is_number and self.type != "int" else 0,
            "digits": 0,
            "nillable": self.type not in ("id", "boolean"),
            "calculated": self.calculated,
            "calculatedFormula": None,
            "compoundFieldName": self.compound,
            "referenceTo": list(self.refers_to),
            "relationshipName": self.relationship,
            "custom": self.name.endswith("__c"),
            "filterable": self.is_filterable,
            "sortable": self.is_filterable,
            "groupable": self.is_filterable,
            "createable": not self.calculated,
            "updateable": not self.calculated and self.type != "id",
            "picklistValues": [],
            "deprecatedAndHidden": False,
        }


@dataclass
class SObject:
    """An object: its fields by lower-case name, and when its definition last changed."""

    name: str
    prefix: str
    fields: dict[str, Field]
    changed_at: datetime
    hidden: dict[str, Field] = field(default_factory=dict)
    is_removed: bool = False

    @property
    def table(self) -> str:
        """Its table in the store, quoted."""
        return f'"o_{self.name}"'

    def add(self, new: Field) -> None:
        """Adds or replaces a field."""
        self.fields[new.name.lower()] = new

    def columns(self) -> list[Field]:
        """The fields that are columns of the table: hidden ones too, compounds not."""
        return [
            item
            for item in (*self.fields.values(), *self.hidden.values())
            if item.type != "address"
        ]

    def parts(self, compound: Field) -> dict[str, Field]:
        """The fields an address is put together from, by their key in the answer."""
        prefix = compound.name.removesuffix("Address")
        found = {key: self.fields.get(f"{prefix}{part}".lower()) for part, key in _parts()}
        return {key: part for key, part in found.items() if part}

    def listed(self) -> dict[str, Any]:
        """As it stands in the list of objects."""
        return {
            "name": self.name,
            "label": self.name.removesuffix("__c").replace("_", " "),
            "labelPlural": self.name.removesuffix("__c").replace("_", " ") + "s",
            "keyPrefix": self.prefix,
            "queryable": True,
            "replicateable": True,
            "retrieveable": True,
            "undeletable": True,
            "mergeable": self.name in ("Account", "Contact", "Case"),
            "custom": self.name.endswith("__c"),
            "customSetting": False,
            "deprecatedAndHidden": False,
        }

    def described(self) -> dict[str, Any]:
        """The answer of describe."""
        return self.listed() | {"fields": [item.described() for item in self.fields.values()]}


def _parts() -> list[tuple[str, str]]:
    return list(ADDRESS_PARTS.items())


_WORD = re.compile(r"(?P<name>\w+)(:(?P<type>\w+))?(\((?P<more>[\w,]+)\))?(?P<calculated>\*)?$")


def parse(word: str) -> Field:
    """A field written as `Name:type(length or what it refers to)*`, the star for a formula."""
    found = _WORD.match(word)
    if not found:
        raise ValueError(f"not a field: {word!r}")
    kind, more = found["type"] or "string", found["more"]
    made = Field(found["name"], kind, calculated=bool(found["calculated"]))
    if kind == "reference":
        return replace(made, refers_to=tuple((more or "").split(",")))
    return replace(made, length=int(more) if more else 32768 if kind == "textarea" else 255)


def standard_objects(now: datetime) -> dict[str, SObject]:
    """The objects of a fresh organisation, by lower-case name."""
    made = {}
    for name, words in OBJECTS.items():
        item = SObject(name, PREFIXES[name], {}, now)
        for word in (*_SYSTEM.split(), *words.split()):
            item.add(parse(word))
        _mark_compounds(item)
        made[name.lower()] = item
    return made


def _mark_compounds(item: SObject) -> None:
    for compound in [found for found in item.fields.values() if found.type == "address"]:
        for part in item.parts(compound).values():
            item.add(replace(part, compound=compound.name))


_SYSTEM = """
Id:id IsDeleted:boolean CreatedDate:datetime CreatedById:reference(User)
LastModifiedDate:datetime LastModifiedById:reference(User) SystemModstamp:datetime
"""
