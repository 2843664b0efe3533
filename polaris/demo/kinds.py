"""The sorts of people in the sample world, each with its trap and the right outcome.

Every person of a kind appears in all of the kind's styles. "By" names the rule that settles it:
id (a link stored by another row), e-mail (User Report joined on the user id), name (unique
comparison key), tie (same name, settled by school or district), first+last, variant (one surname
continues the other), none (a ticket is the right outcome).

Roster teachers
    ==========================  ==========  ====================================================
    kind                        by          trap
    ==========================  ==========  ====================================================
    plain, cased_email          e-mail      any spelling in the row, e-mail in other case
    idle                        none        on the roster, in no session
    blank_ids                   e-mail/name  some rows carry no user id
    no_profile, personal_email  name        no e-mail that leads to the roster
    null_email                  name        "nan", "None" as e-mail must not join strangers
    never_id                    name        no user id on any row
    id_learns_name              id          nickname rows follow the row that has the full name
    name_* (last_first, …)      name        spelling differs, comparison key is the same
    name_middle                 first+last  middle name on one side only
    surname_short, _long        variant     "Ana Ruiz" and "Ana Ruiz Soto"
    namesake_districts          tie         same name in two districts, no id
    namesake_kc                 tie         the same, KCKPS (Kansas) and KCPS (Missouri)
    namesake_schools            tie         same name in two schools of one district, no id
    namesake_emails             e-mail      same name, told apart by the User Report
    namesake_unclear            e-mail/none  as before; rows without id, school, district: ticket
    namesake_same_school        none        same name, same school, no id: ticket
    shared_email                name        two people with one login e-mail: no key
    shared_email_nickname       name/none   the same; rows under a nickname stay a ticket
    nickname_only               none        near name: suggestion, never a match
    two_accounts                e-mail+name  a second user id with a private e-mail
    two_accounts_one_email      e-mail      two user ids, one e-mail, one person
    profile_rewritten           e-mail      two User Report rows for one id: the last one counts
    namesake_profile            e-mail/name  a stranger of the same name in the User Report
    two_districts, moved_*      e-mail      one person, several roster rows
    renamed                     e-mail/name  the roster itself changed the surname
    left, joined                e-mail      on one year's roster only
    number_ids                  e-mail      ids as numeric cells and as ``123.0``
    zero_ids                    e-mail      leading zero of the id is part of it
    ==========================  ==========  ====================================================

Educators on no roster: one ticket per person, never a teacher. Not even with the very name of a
roster teacher (unknown_teacher_namesake), when the user id, the e-mail and the school are others.
Professionals: one provisional person each, found by unambiguous e-mail, else id, else name.
"""

from __future__ import annotations

from polaris.demo.model import Kind, Style
from polaris.demo.spelling import ANY, SAFE, SAME_KEY

_BY_ID = Style(ANY)
_BY_NAME = Style(SAFE, account=None)
_ID_AND_NAME = Style(SAFE)
_EXACT_ID = Style(("exact",))
_EXACT_NAME = Style(("exact",), account=None)
_TICKET = Style(SAME_KEY, account=None, is_decided=False)
_TICKET_ID = Style(ANY, is_decided=False)


def _named(how: str) -> tuple[Style, ...]:
    return (Style((how,), account=None),)


# Filled up with plain ones to the size of the districts' rosters.
PLAIN = Kind("plain", 0, (_BY_ID,))

TEACHER_KINDS: tuple[Kind, ...] = (
    Kind("idle", 420, ()),
    Kind("left", 240, (_BY_ID,)),
    Kind("joined", 280, (_BY_ID,)),
    Kind("moved_school", 60, (_BY_ID, _BY_NAME)),
    Kind("blank_ids", 300, (_BY_ID, _BY_NAME, _BY_ID)),
    Kind("no_profile", 100, (_ID_AND_NAME,), "none"),
    Kind("never_id", 80, (_BY_NAME,), "none"),
    Kind("personal_email", 60, (_ID_AND_NAME,), "own"),
    Kind("null_email", 30, (_ID_AND_NAME,), "null", group=2),
    Kind("cased_email", 60, (_BY_ID,), "cased"),
    Kind("id_learns_name", 12, (_EXACT_ID, Style(("nickname",))), "none"),
    Kind("name_last_first", 12, _named("last_first"), "none"),
    Kind("name_title", 12, _named("title"), "none"),
    Kind("name_suffix", 10, _named("suffix"), "none"),
    Kind("name_folded", 12, (*_named("folded"), *_named("decomposed")), "none"),
    Kind("name_hyphen", 12, _named("hyphen"), "none"),
    Kind("name_case", 12, _named("upper"), "none"),
    Kind("name_spaces", 12, _named("spaces"), "none"),
    Kind("name_middle", 20, (*_named("middle"), *_named("exact")), "none"),
    Kind("surname_short", 12, _named("short_surname"), "none"),
    Kind("surname_long", 12, _named("long_surname"), "none"),
    Kind(
        "namesake_districts",
        16,
        (_EXACT_NAME, Style(("exact",), None, place="district")),
        "none",
        2,
    ),
    Kind("namesake_kc", 4, (_EXACT_NAME, Style(("exact",), None, place="district")), "none", 2),
    Kind("namesake_schools", 16, (_EXACT_NAME,), "none", 2),
    Kind("namesake_emails", 12, (_EXACT_ID,), "roster", 2),
    Kind(
        "namesake_unclear",
        12,
        (_EXACT_ID, Style(("exact",), None, place="none", is_decided=False)),
        "roster",
        2,
        is_settleable=False,
    ),
    Kind(
        "namesake_same_school",
        6,
        (Style(("exact",), None, is_decided=False),),
        "none",
        2,
        is_settleable=False,
    ),
    Kind("shared_email", 12, (_ID_AND_NAME,), "shared", 2),
    Kind(
        "shared_email_nickname",
        4,
        (Style(("nickname",), is_decided=False),),
        "shared",
        2,
        is_settleable=False,
    ),
    Kind(
        "nickname_only",
        14,
        (Style(("nickname",), None, is_decided=False),),
        "none",
        is_settleable=False,
    ),
    Kind("two_accounts", 8, (_BY_ID, Style(SAFE, account=1)), "own_second"),
    Kind("two_accounts_one_email", 6, (_ID_AND_NAME, Style(SAFE, account=1)), "both"),
    Kind("profile_rewritten", 8, (_BY_ID,), "twice"),
    Kind("namesake_profile", 6, (_BY_ID, _EXACT_NAME), "stranger"),
    Kind("two_districts", 3, (_BY_ID,)),
    Kind("moved_district", 8, (_BY_ID,)),
    Kind("renamed", 8, (_BY_ID, _EXACT_NAME)),
    Kind(
        "number_ids",
        20,
        (Style(ANY), Style(ANY, id_form="number"), Style(ANY, id_form="decimal")),
    ),
    Kind("zero_ids", 6, (_BY_ID,)),
)

UNKNOWN_EDUCATOR_KINDS: tuple[Kind, ...] = (
    Kind("unknown", 296, (_TICKET_ID,), "own"),
    Kind("unknown_no_profile", 40, (_TICKET_ID,), "none"),
    Kind("unknown_no_id", 40, (_TICKET,), "none"),
    Kind("unknown_mixed_ids", 12, (Style(("exact",), is_decided=False), _TICKET), "own"),
    Kind("unknown_near_name", 8, (Style(("exact",), is_decided=False),), "own"),
    Kind("unknown_longer_surname", 6, (Style(("exact",), None, is_decided=False),), "none"),
    Kind("unknown_teacher_namesake", 4, (Style(("exact",), is_decided=False),), "own"),
    Kind("unknown_namesakes", 6, (Style(("exact",), None, is_decided=False),), "none", 2),
    Kind("unknown_outside", 4, (_TICKET_ID,), "own"),
    Kind("unknown_one_word", 2, (Style(("one_word",), is_decided=False),), "own"),
)

PROFESSIONAL_KINDS: tuple[Kind, ...] = (
    Kind("pro", 560, (_BY_ID,), "own"),
    Kind("pro_no_profile", 80, (_BY_ID,), "none"),
    Kind("pro_no_id", 120, (Style(SAME_KEY, None),), "none"),
    Kind("pro_mixed_ids", 50, (_EXACT_ID, _EXACT_NAME), "own"),
    Kind("pro_two_ids", 12, (_EXACT_ID, Style(("exact",), account=1)), "both"),
    Kind("pro_shared_email", 16, (_BY_ID,), "shared", 2),
    Kind("pro_namesakes", 12, (_EXACT_ID,), "own", 2),
    Kind(
        "pro_namesakes_unclear",
        6,
        (_EXACT_ID, Style(("exact",), None, is_decided=False)),
        "own",
        2,
        is_settleable=False,
    ),
    Kind("pro_nickname", 20, (_EXACT_ID, Style(("nickname",))), "own"),
    Kind(
        "pro_nickname_no_id",
        6,
        (_EXACT_NAME, Style(("nickname",), None, is_decided=False)),
        "none",
        is_settleable=False,
    ),
    Kind(
        "pro_one_word",
        4,
        (Style(("one_word",), None, is_decided=False),),
        "none",
        is_settleable=False,
    ),
    Kind("pro_zero_ids", 2, (_EXACT_ID,), "own", 2),
    Kind("pro_null_email", 16, (_BY_ID,), "null", 2),
    Kind("pro_teacher_namesake", 6, (_EXACT_NAME,), "none"),
)
