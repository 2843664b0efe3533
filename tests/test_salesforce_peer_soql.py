"""The query language of the peer: nulls, cases and moments count as they do in SOQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.support import salesforce_peer as sf

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = {
    "Ada": ("Volunteer", "ada@example.org", 4.0, True, "2026-03-01T08:00:00Z", "1990-01-01"),
    "bob": ("Student", None, 0.0, False, "2026-03-01T08:00:01Z", "2010-05-05"),
    "Cy": (None, "CY@Example.org", None, False, "2026-03-01T08:00:02Z", None),
    "D'or 100%": ("volunteer", "", 12.0, False, "2026-03-02T00:00:00Z", "1990-01-02"),
}


@pytest.fixture(scope="module")
def client() -> Iterator[Salesforce]:
    with sf.start(sf.Org(now=NOW)) as peer:
        peer.insert("Account", [{"Id": sf.make_id("001", 1), "Name": "Household of Ada"}])
        peer.insert(
            "Contact",
            [
                {
                    "Id": sf.make_id("003", number),
                    "LastName": name,
                    "Contact_Type__c": kind,
                    "Email": email,
                    "Current_Grade__c": grade,
                    "DoNotCall": no_calls,
                    "SystemModstamp": stamp,
                    "Birthdate": born,
                    "AccountId": sf.make_id("001", 1) if name == "Ada" else None,
                }
                for number, (name, (kind, email, grade, no_calls, stamp, born)) in enumerate(
                    NAMES.items(), start=1
                )
            ],
        )
        yield peer.client("token")


def found(client: Salesforce, where: str) -> list[str]:
    answer = client.query(f"SELECT LastName FROM Contact WHERE {where}")
    return sorted((row["LastName"] for row in answer["records"]), key=str.lower)


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Contact_Type__c = 'VOLUNTEER'", ["Ada", "D'or 100%"]),
        ("Contact_Type__c != 'Volunteer'", ["bob", "Cy"]),
        ("Contact_Type__c NOT IN ('Volunteer')", ["bob", "Cy"]),
        ("NOT Contact_Type__c = 'Volunteer'", ["bob", "Cy"]),
        ("Contact_Type__c = ''", ["Cy"]),
        ("Contact_Type__c = null", ["Cy"]),
        ("Contact_Type__c != null", ["Ada", "bob", "D'or 100%"]),
        ("Contact_Type__c IN ('Student', '')", ["bob", "Cy"]),
        ("Email = ''", ["bob", "D'or 100%"]),
        ("Email LIKE 'cy@%'", ["Cy"]),
        ("NOT Email LIKE 'cy@%'", ["Ada", "bob", "D'or 100%"]),
        ("LastName LIKE '%00\\%'", ["D'or 100%"]),
        ("LastName LIKE '_da'", ["Ada"]),
        ("LastName = 'd\\'OR 100%'", ["D'or 100%"]),
        ("Current_Grade__c > 3", ["Ada", "D'or 100%"]),
        ("Current_Grade__c < 100", ["Ada", "bob", "D'or 100%"]),
        ("Current_Grade__c = 0", ["bob"]),
        ("DoNotCall = true", ["Ada"]),
        ("DoNotCall != true", ["bob", "Cy", "D'or 100%"]),
        ("Birthdate >= 1990-01-02", ["bob", "D'or 100%"]),
        ("SystemModstamp >= 2026-03-01T08:00:01Z", ["bob", "Cy", "D'or 100%"]),
        ("SystemModstamp > 2026-03-01T08:00:01.900Z", ["Cy", "D'or 100%"]),
        ("SystemModstamp = 2026-03-01T02:00:01-06:00", ["bob"]),
        ("SystemModstamp < 2026-03-01T08:00:01.000+0000", ["Ada"]),
        ("Id = '003000000000001'", ["Ada"]),
        ("Id > '003000000000002AAA'", ["Cy", "D'or 100%"]),
        ("Id IN ('003000000000001AAA','003000000000003AAA')", ["Ada", "Cy"]),
        ("Account.Name LIKE 'house%'", ["Ada"]),
        ("Account.Name = null", ["bob", "Cy", "D'or 100%"]),
        ("(DoNotCall = true OR Email = null) AND Id != null", ["Ada", "bob", "D'or 100%"]),
        ("NOT (DoNotCall = true OR Email = null)", ["Cy"]),
    ],
)
def test_conditions(client: Salesforce, where: str, names: list[str]) -> None:
    assert found(client, where) == names


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("Current_Grade__c", ["Cy", "bob", "Ada", "D'or 100%"]),
        ("Current_Grade__c DESC", ["Cy", "D'or 100%", "Ada", "bob"]),
        ("Current_Grade__c DESC NULLS LAST", ["D'or 100%", "Ada", "bob", "Cy"]),
        ("LastName DESC LIMIT 2", ["D'or 100%", "Cy"]),
        ("Contact_Type__c NULLS LAST, Id DESC", ["bob", "D'or 100%", "Ada", "Cy"]),
    ],
)
def test_order(client: Salesforce, order: str, names: list[str]) -> None:
    answer = client.query(f"SELECT LastName FROM Contact ORDER BY {order}")
    assert [row["LastName"] for row in answer["records"]] == names


def test_no_order_is_neither_that_of_ids_nor_of_arrival() -> None:
    with sf.start() as peer:
        ids = peer.insert("Case", [{"Subject": str(number)} for number in range(50)])
        answer = peer.client().query("SELECT Id FROM Case")
        listed = [row["Id"] for row in answer["records"]]
        assert sorted(listed) == sorted(ids)
        assert listed != sorted(ids)
        again = peer.client().query("SELECT Id FROM Case")
        assert [row["Id"] for row in again["records"]] == listed


def test_values_come_as_json_has_them(client: Salesforce) -> None:
    answer = client.query(
        "SELECT Id, Email, Current_Grade__c, DoNotCall, Birthdate, SystemModstamp, Account.Name "
        "FROM Contact WHERE LastName = 'Ada'"
    )
    record = answer["records"][0]
    assert record.pop("Account")["Name"] == "Household of Ada"
    assert record.pop("attributes")["type"] == "Contact"
    assert record == {
        "Id": "003000000000001AAA",
        "Email": "ada@example.org",
        "Current_Grade__c": 4.0,
        "DoNotCall": True,
        "Birthdate": "1990-01-01",
        "SystemModstamp": "2026-03-01T08:00:00.000+0000",
    }


def test_count(client: Salesforce) -> None:
    assert client.query("SELECT COUNT() FROM Contact")["totalSize"] == 4
    assert client.query("SELECT COUNT() FROM Contact WHERE Email = null LIMIT 1")["totalSize"] == 1


@pytest.mark.parametrize(
    ("query", "code", "text"),
    [
        ("SELECT Id, Foo__c FROM Contact", "INVALID_FIELD", "No such column 'Foo__c' on entity"),
        ("SELECT Id FROM Contact WHERE Foo__c = 1", "INVALID_FIELD", "No such column 'Foo__c'"),
        ("SELECT Id, Boss.Name FROM Contact", "INVALID_FIELD", "understand relationship 'Boss'"),
        ("SELECT Id FROM Kontact", "INVALID_TYPE", "sObject type 'Kontact' is not supported"),
        ("SELECT Id FROM Contact WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Contact WHERE DoNotCall = 'true'", "INVALID_FIELD", "of type boolean"),
        ("SELECT Id FROM Contact WHERE LastName = 3", "INVALID_FIELD", "should be enclosed"),
        ("SELECT Id FROM Contact WHERE Birthdate = 2026-01-01T00:00:00Z", "INVALID_FIELD", "date"),
        ("SELECT Id FROM Contact WHERE SystemModstamp > 2026-01-01", "INVALID_FIELD", "dateTime"),
        ("SELECT Id FROM Contact WHERE Id = '12'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID"),
        ("SELECT Id, Id FROM Contact", "MALFORMED_QUERY", "duplicate field selected: Id"),
        ("SELECT * FROM Contact", "MALFORMED_QUERY", "no viable alternative at character '*'"),
        ("SELECT Id FROM Contact GROUP BY Id", "MALFORMED_QUERY", "unexpected token: 'GROUP'"),
        ("SELECT COUNT(Id) FROM Contact", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT FIELDS(ALL) FROM Contact", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Contact OFFSET 5", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Contact WHERE Id IN (SELECT Id FROM Case)", "MALFORMED_QUERY", "SELECT"),
        ("SELECT Id FROM Contact WHERE CreatedDate = TODAY", "MALFORMED_QUERY", "'TODAY'"),
        (
            "SELECT Id FROM Contact WHERE SystemModstamp > 2026-01-01T00:00:00",
            "MALFORMED_QUERY",
            "",
        ),
        (
            "SELECT Id FROM Contact WHERE Id = null OR Email = null AND DoNotCall = true",
            "MALFORMED_QUERY",
            "unexpected token: 'AND'",
        ),
        ("SELECT Id FROM Contact WHERE LastName = 'a\\q'", "MALFORMED_QUERY", "Illegal escape"),
        ("SELECT Id FROM Contact WHERE LastName = 'a", "MALFORMED_QUERY", "no viable alternative"),
        ("SELECT Id FROM Contact c", "MALFORMED_QUERY", "unexpected token: 'c'"),
        ("SELECT Id FROM Contact LIMIT x", "MALFORMED_QUERY", "unexpected token: 'x'"),
        ("DELETE FROM Contact", "MALFORMED_QUERY", "unexpected token: 'DELETE'"),
    ],
)
def test_what_it_does_not_know_is_refused(
    client: Salesforce, query: str, code: str, text: str
) -> None:
    with pytest.raises(SalesforceMalformedRequest) as raised:
        client.query(query)
    (refusal,) = raised.value.content
    assert refusal["errorCode"] == code
    assert text in refusal["message"]


def test_a_missing_field_is_pointed_at(client: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest) as raised:
        client.query("SELECT Id,Foo__c FROM Contact")
    message = raised.value.content[0]["message"]
    assert message.startswith(
        "\nSELECT Id,Foo__c FROM Contact\n          ^\nERROR at Row:1:Column:11\n"
    )
