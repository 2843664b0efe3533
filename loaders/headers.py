"""The header contract: which spelled header is which canonical column of which report.

The contract is the seed `map_report_headers` (report_type, canonical, header, is_required): the
first header of a canonical column is the report's own spelling, the others are aliases.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONTRACT_SEED = Path(__file__).resolve().parent.parent / "seeds" / "map_report_headers.csv"

# The old sheet of virtual sessions (`virtual_sheet`) is told by `loaders.virtual_sheet`.
REPORT_NAMES = {
    "session_report": "Session Report",
    "user_report": "User Report",
    "roster": "teacher roster",
}


@dataclass(frozen=True)
class ReportContract:
    """One report's columns: canonical name -> its own header, required names, spelling -> name."""

    report_type: str
    headers: dict[str, str]
    required: frozenset[str]
    canonical_by_form: dict[str, str]


@dataclass(frozen=True)
class HeaderMatch:
    """How a file's headers fit one report.

    Attributes:
        contract: the report they were compared with.
        position: canonical column -> zero-based position among the headers.
        doubled: canonical column -> the two or more positions that claim it.
        unmapped: positions no canonical column takes.
    """

    contract: ReportContract
    position: dict[str, int]
    doubled: dict[str, tuple[int, ...]]
    unmapped: tuple[int, ...]

    @property
    def missing_required(self) -> tuple[str, ...]:
        """Required canonical columns the file lacks, in contract order."""
        return tuple(c for c in self.contract.headers if c in self.contract.required - self._have)

    @property
    def missing_optional(self) -> tuple[str, ...]:
        """Optional canonical columns the file lacks, in contract order."""
        return tuple(
            c for c in self.contract.headers if c not in self.contract.required | self._have
        )

    @property
    def present(self) -> tuple[str, ...]:
        """Canonical columns the file has, in contract order."""
        return tuple(c for c in self.contract.headers if c in self._have)

    @property
    def _have(self) -> frozenset[str]:
        return frozenset(self.position)

    def missing_in_words(self) -> str:
        """The missing required columns as the report spells them: `columns Title, Date`."""
        noun = "column" if len(self.missing_required) == 1 else "columns"
        return f"{noun} {', '.join(self.contract.headers[c] for c in self.missing_required)}"


def canonical_form(header: str) -> str:
    """A header without what people vary: case, spaces, underscores, hyphens, invisible marks."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return "".join(
        c
        for c in folded
        if c != "_" and not c.isspace() and unicodedata.category(c) not in ("Pd", "Cf")
    )


@cache
def load_contracts(seed: Path = CONTRACT_SEED) -> dict[str, ReportContract]:
    """Report type -> its contract, read from the seed."""
    headers: dict[str, dict[str, str]] = {}
    forms: dict[str, dict[str, str]] = {}
    required: dict[str, set[str]] = {}
    with seed.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            report, canonical = row["report_type"], row["canonical"]
            headers.setdefault(report, {}).setdefault(canonical, row["header"])
            forms.setdefault(report, {})[canonical_form(row["header"])] = canonical
            if row["is_required"] == "true":
                required.setdefault(report, set()).add(canonical)
    return {
        report: ReportContract(
            report, headers[report], frozenset(required.get(report, ())), forms[report]
        )
        for report in headers
    }


def match(headers: Sequence[str], report_type: str) -> HeaderMatch:
    """Compares headers with one report; says nothing about whether they suffice."""
    contract = load_contracts()[report_type]
    claims: dict[str, list[int]] = {}
    unmapped: list[int] = []
    for index, header in enumerate(headers):
        canonical = contract.canonical_by_form.get(canonical_form(header))
        if canonical is None:
            unmapped.append(index)
        else:
            claims.setdefault(canonical, []).append(index)
    return HeaderMatch(
        contract=contract,
        position={canonical: indexes[0] for canonical, indexes in claims.items()},
        doubled={c: tuple(indexes) for c, indexes in claims.items() if len(indexes) > 1},
        unmapped=tuple(unmapped),
    )


def closest(headers: Sequence[str], report_types: Sequence[str]) -> HeaderMatch:
    """The report these headers fit best: most known columns, then a complete one, then order."""
    matches = [match(headers, report_type) for report_type in report_types]
    return max(matches, key=lambda m: (len(m.position), not m.missing_required))
