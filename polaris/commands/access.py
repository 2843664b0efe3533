"""`access` and `teacher-link`: who may come in."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines, print_table
from polaris.errors import BadInput, NotReady, PolarisError


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("access")(_access)
    app.command("teacher-link")(_teacher_link)


def _access(json: Json = False) -> None:
    """Check the access list and show who signs in as what.

    The list is access.csv in POLARIS_HOME, with the header email,role,districts. A role is admin,
    data_steward, viewer, district_admin or district_viewer; blank is viewer. Districts are names,
    codes or aliases, parted by "|". A line for *@example.org makes a whole domain viewers; whoever
    no line names may not come in.

    Example: polaris-load access
    """
    from polaris import people
    from polaris.settings import load_settings

    settings = load_settings()
    grants = sorted(people.read(settings).values(), key=lambda grant: grant.email)
    path = people.list_path(settings)
    if json:
        print_json({"file": str(path), "people": [asdict(grant) for grant in grants]})
        return
    if not grants:
        print_lines([("warning", f"{path} lists nobody, so nobody can sign in.")])
        return
    rows = [[grant.email, grant.role, ", ".join(grant.district_names) or None] for grant in grants]
    print_table(["e-mail", "role", "districts"], rows)


def _teacher_link(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="On the active roster.")],
    send: Annotated[
        bool, typer.Option("--send", help="Mail the link instead of printing it.")
    ] = False,
    json: Json = False,
) -> None:
    """Make the personal link with which one teacher sees the own record for 48 hours.

    Mail needs POLARIS_SMTP_URL and POLARIS_MAIL_FROM; the link begins with POLARIS_DASHBOARD_URL.

    Example: polaris-load teacher-link ana.ruiz@example.org --send
    """
    from polaris import mail, teacher_links
    from polaris.settings import load_settings

    settings = load_settings()
    if send and not mail.is_configured(settings):
        raise NotReady("No mail can be sent: set POLARIS_SMTP_URL and POLARIS_MAIL_FROM.")
    token = teacher_links.issue(settings, email)
    if token is None:
        raise BadInput(f"{email} is not on the active roster of the published release.")
    result = {"status": "succeeded", "valid_hours": teacher_links.VALID_HOURS, "sent": send}
    if send:
        if not teacher_links.send(settings, email):
            raise PolarisError("The mail server did not take the message; the link was not sent.")
    else:
        result["link"] = teacher_links.link(settings, token)
    if json:
        print_json(result)
    elif send:
        print_lines([("good", f"Sent; the link is good for {teacher_links.VALID_HOURS} hours.")])
    else:
        print_lines([("plain", str(result["link"]))])
