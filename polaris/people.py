"""The access list: which e-mail signs in as what, and for which districts.

The file access.csv in POLARIS_HOME counts where it exists, else the seed `ref_access`. Both have
the header email,role,districts; districts are parted by "|" or ";" and written as a name, a code
or an alias. A line may stand for a whole mail domain (`*@example.org`), but then it gives no more
than the role viewer. Whoever no line names may not come in.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from polaris import access, district_names, releases
from polaris.errors import BadInput, PolarisError
from polaris.settings import PROJECT_ROOT, Settings

SEED = PROJECT_ROOT / "seeds" / "ref_access.csv"
FILE_NAME = "access.csv"
HEADER = ("email", "role", "districts")
_EMAIL = re.compile(r"[^@\s,*]+@[^@\s,*]+\.[^@\s,*]+|\*@[^@\s,*]+\.[^@\s,*]+")
_PROBLEMS_SHOWN = 20


@dataclass(frozen=True)
class Grant:
    """What the list gives to one e-mail.

    Attributes:
        email: trimmed, in lower case; `*@domain` for a whole domain.
        role: one of `access.ROLES`; viewer where the cell is blank.
        districts: their keys, for a district role; empty for staff.
        district_names: the same as the release names them.
    """

    email: str
    role: str
    districts: tuple[str, ...] = ()
    district_names: tuple[str, ...] = ()


def find(settings: Settings, email: str) -> Grant | None:
    """What the list gives to a person; None where no line names the address or its domain.

    Raises:
        BadInput: the list is wrong; the message names the lines.
    """
    address = email.strip().lower()
    grants = read(settings)
    found = grants.get(address)
    if found is None and address.count("@") == 1:
        found = grants.get("*@" + address.partition("@")[2])
    return found


def read(settings: Settings) -> dict[str, Grant]:
    """Every line of the list by its e-mail.

    Raises:
        BadInput: the list is wrong; the message names the lines.
    """
    path = list_path(settings)
    release = releases.current_release(settings)
    return _grants(path, _text(path), str(release) if release is not None else None)


def list_path(settings: Settings) -> Path:
    """The file that counts."""
    own = settings.home / FILE_NAME
    return own if own.exists() else SEED


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PolarisError(f"The access list {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadInput(f"The access list {path} is no UTF-8 text.") from None


@lru_cache(maxsize=4)
def _grants(path: Path, text: str, release: str | None) -> dict[str, Grant]:
    """Reads the list once per content and release."""
    lines = csv.reader(io.StringIO(text, newline=""))
    header = tuple(cell.strip().lower() for cell in next(lines, []))
    if header != HEADER:
        raise BadInput(f"The access list {path} must begin with the header {','.join(HEADER)}.")
    known = _districts(release)
    grants: dict[str, Grant] = {}
    problems = []
    for cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        grant, problem = _grant(cells, known)
        if grant is not None and grant.email in grants:
            problem = f"{grant.email} is listed twice"
        if problem is not None or grant is None:
            problems.append(f"line {lines.line_num}: {problem}")
        else:
            grants[grant.email] = grant
    if problems:
        more = len(problems) - _PROBLEMS_SHOWN
        rest = f"; and {more} more" if more > 0 else ""
        raise BadInput(
            f"The access list {path} is wrong, so nobody can sign in: "
            f"{'; '.join(problems[:_PROBLEMS_SHOWN])}{rest}."
        )
    return grants


def _grant(
    cells: list[str], known: Mapping[str, tuple[str, str]]
) -> tuple[Grant | None, str | None]:
    """One line of the list, or what is wrong with it."""
    if len(cells) > len(HEADER):
        return None, 'it has more than three cells; part districts by "|"'
    email, role, text = (*(cell.strip() for cell in cells), "", "")[: len(HEADER)]
    email, role = email.lower(), role.lower() or access.VIEWER
    names = [name.strip() for name in re.split(r"[|;]", text) if name.strip()]
    problem = _problem(email, role, names, known)
    if problem is not None:
        return None, problem
    found = dict(known[_key(name)] for name in names)
    return Grant(email, role, tuple(found), tuple(found.values())), None


def _problem(
    email: str, role: str, names: list[str], known: Mapping[str, tuple[str, str]]
) -> str | None:
    unknown = [name for name in names if _key(name) not in known]
    is_district_role = role in access.DISTRICT_ROLES
    checks = (
        (not _EMAIL.fullmatch(email), f"{email!r} is no e-mail address"),
        (role not in access.ROLES, f"the role {role!r} is none of {', '.join(access.ROLES)}"),
        (
            email.startswith("*") and role != access.VIEWER,
            f"a whole domain may only be {access.VIEWER}, not {role}",
        ),
        (bool(names) and not is_district_role, f"the role {role} has no districts"),
        (is_district_role and not names, f"the role {role} needs a district"),
        (bool(unknown), f"the district {', '.join(unknown)} is not known"),
    )
    return next((message for is_wrong, message in checks if is_wrong), None)


def _districts(release: str | None) -> dict[str, tuple[str, str]]:
    """Every name, code and alias of a district -> (its key, its name).

    The release knows every district by its key. A listed one that no release has yet has the key
    that the models will give it.
    """
    published = _published(release) if release is not None else []
    of_meaning = {district_names.district(name): (key, name) for key, name, _ in published}
    found: dict[str, tuple[str, str]] = {}
    for row in _seed("ref_districts"):
        name = row["district_name"]
        place = of_meaning.setdefault(district_names.district(name), (_computed(name), name))
        found |= {_key(spelling): place for spelling in (name, row["district_code"]) if spelling}
    for row in _seed("map_district_aliases"):
        found[_key(row["alias"])] = of_meaning[district_names.district(row["district_name"])]
    for key, name, code in published:
        found |= {_key(spelling): (key, name) for spelling in (code, name) if spelling}
    return found


def _seed(name: str) -> list[dict[str, str]]:
    with (PROJECT_ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _computed(name: str) -> str:
    """The key as the macro `key` makes it."""
    return hashlib.md5(f"district|{name.lower()}".encode(), usedforsecurity=False).hexdigest()


def _published(release: str) -> list[tuple[str, str, str | None]]:
    import duckdb

    try:
        with duckdb.connect(release, read_only=True) as connection:
            return connection.execute(
                "select district_key, district_name, district_code from marts.dim_districts"
                " where district_name is not null order by is_provisional desc nulls last, 1"
            ).fetchall()
    except duckdb.Error as error:
        reason = " ".join(str(error).split())
        raise PolarisError(f"The release {Path(release).stem} cannot be read: {reason}.") from None


def _key(name: str) -> str:
    return " ".join(name.split()).lower()
