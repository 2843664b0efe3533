"""Makers of workbooks and CSV files for tests: ordinary ones and nasty ones.

All people are invented.
"""

from __future__ import annotations

import base64
import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

SESSION_HEADERS = (
    "Session ID",
    "Title",
    "Date",
    "Status",
    "Duration",
    "User Auth Id",
    "Name",
    "SignUp Role",
    "School",
    "District or Company",
    "Partner",
    "Registered Student Count",
    "Attended Student Count",
    "Registered Educator Count",
    "Attended Educator Count",
    "Career Cluster",
    "Work Based Learning",
    "Series or Event Title",
    "State",
)
USER_HEADERS = (
    "UserAuthId",
    "SignUpRole",
    "Name",
    "LoginEmail",
    "NotificationEmail",
    "School",
    "District or Company",
    "JobTitle",
    "GradeCluster",
    "Skills",
    "City",
    "State",
    "PostalCode",
    "JoinDate",
    "LastLoginDate",
    "LoginCount",
    "CountOfDaysLoggedInLast30Days",
    "LastSessionDate",
    "ActiveSubscriptionType",
    "ActiveSubscriptionName",
    "Affiliations",
)
ROSTER_HEADERS = ("Building", "Name", "Email", "Grade")

Row = Mapping[str, Any]


def session_row(**changes: Any) -> dict[str, Any]:
    """One ordinary Session Report row; pass `Session_ID=` and the like to change a cell."""
    row = {
        "Session ID": 1001,
        "Title": "Careers in health",
        "Date": datetime(2025, 9, 3, 10, 30),
        "Status": "Completed",
        "Duration": 60,
        "User Auth Id": "auth-000001",
        "Name": "Ana Ruiz",
        "SignUp Role": "Educator",
        "School": "Central High",
        "District or Company": "Hickman Mills",
        "Partner": "PREP-KC",
        "Registered Student Count": 20,
        "Attended Student Count": 18,
        "Registered Educator Count": 1,
        "Attended Educator Count": 1,
        "Career Cluster": "Health Science",
        "Work Based Learning": "Career talk",
        "Series or Event Title": "Fall series",
        "State": "MO",
    }
    return row | {name.replace("_", " "): value for name, value in changes.items()}


def user_row(**changes: Any) -> dict[str, Any]:
    """One ordinary User Report row."""
    row = {
        "UserAuthId": "auth-000001",
        "SignUpRole": "Educator",
        "Name": "Ana Ruiz",
        "LoginEmail": "ana.ruiz@example.org",
        "NotificationEmail": "ana.ruiz@example.org",
        "School": "Central High",
        "District or Company": "Hickman Mills",
        "JobTitle": "Teacher",
        "GradeCluster": "9-12",
        "Skills": "Biology",
        "City": "Kansas City",
        "State": "MO",
        "PostalCode": "01234",
        "JoinDate": "2023-08-01",
        "LastLoginDate": "09/02/2025",
        "LoginCount": 12,
        "CountOfDaysLoggedInLast30Days": 3,
        "LastSessionDate": datetime(2025, 9, 3),
        "ActiveSubscriptionType": "School",
        "ActiveSubscriptionName": "PREP-KC",
        "Affiliations": None,
    }
    return row | changes


def roster_row(**changes: Any) -> dict[str, Any]:
    """One ordinary roster row."""
    row = {
        "Building": "Central High",
        "Name": "Ana Ruiz",
        "Email": "ana.ruiz@example.org",
        "Grade": "9",
    }
    return row | {name.replace("_", " "): value for name, value in changes.items()}


def write_xlsx(
    path: Path, headers: Sequence[Any], rows: Iterable[Row | Sequence[Any] | None] = ()
) -> Path:
    """A workbook with one sheet; a row is a mapping by header, a sequence, or None (blank)."""
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Report"
    for number, row in enumerate([list(headers), *_sequences(headers, rows)], start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                sheet.cell(number, column, value)
    workbook.save(path)
    return path


def write_csv(
    path: Path,
    headers: Sequence[Any],
    rows: Iterable[Row | Sequence[Any] | None] = (),
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    line_end: str = "\n",
) -> Path:
    """A delimited file; a row is a mapping by header, a sequence, or None (a blank line)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(headers)
    for row in _sequences(headers, rows):
        if row:
            writer.writerow(["" if value is None else value for value in row])
        else:
            text.write(line_end)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def _sequences(
    headers: Sequence[Any], rows: Iterable[Row | Sequence[Any] | None]
) -> Iterable[Sequence[Any]]:
    for row in rows:
        if row is None:
            yield []
        elif isinstance(row, Mapping):
            yield [row.get(header) for header in headers]
        else:
            yield row


def write_sheet_xml(path: Path, sheet: str) -> Path:
    """A workbook around a hand-written sheet, as tools other than Excel spell it."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

    def relation(target: str, what: str) -> str:
        return (
            f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="rId1" Type="{office}/{what}" Target="{target}"/></Relationships>'
        )

    entries = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": relation("xl/workbook.xml", "officeDocument"),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relation("worksheets/sheet1.xml", "worksheet"),
        "xl/worksheets/sheet1.xml": sheet.replace("MAIN", main),
    }
    return write_zip(path, {name: text.encode() for name, text in entries.items()})


def write_password_protected(path: Path) -> Path:
    """What Excel writes for a workbook with a password: an OLE container around a cipher."""
    streams = "EncryptionInfo EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + streams + bytes(512))
    return path


def write_truncated(path: Path, headers: Sequence[str], rows: Iterable[Row]) -> Path:
    """The first two thirds of a workbook, as an interrupted download leaves it."""
    whole = write_xlsx(path, headers, rows).read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    return path


def write_corrupted(path: Path, headers: Sequence[str], rows: Iterable[Row]) -> Path:
    """A workbook whose ZIP directory is whole but whose sheet does not unpack."""
    whole = bytearray(write_xlsx(path, headers, rows).read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    start = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    whole[start : start + 16] = bytes(16)
    path.write_bytes(bytes(whole))
    return path


def write_zip(path: Path, entries: Mapping[str, bytes]) -> Path:
    """A ZIP archive with these entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def write_zip_bomb(path: Path, unpacked_bytes: int) -> Path:
    """A workbook whose sheet unpacks to this many bytes of nothing."""
    return write_zip(
        path,
        {"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": bytes(unpacked_bytes)},
    )


def write_lying_zip_bomb(path: Path, unpacked_bytes: int, declared_bytes: int) -> Path:
    """The same, but the ZIP directory declares a harmless size."""
    write_zip_bomb(path, unpacked_bytes)
    whole = path.read_bytes()
    true_size = unpacked_bytes.to_bytes(4, "little")
    assert true_size in whole
    path.write_bytes(whole.replace(true_size, declared_bytes.to_bytes(4, "little")))
    return path


def write_stray_cell(path: Path, headers: Sequence[str], row: Row, cell: str) -> Path:
    """A workbook with one value far away from the table."""
    from openpyxl import load_workbook

    write_xlsx(path, headers, [row])
    workbook = load_workbook(path)
    sheet = workbook.active
    assert sheet is not None
    sheet[cell] = "stray"
    workbook.save(path)
    return path


def write_xls(path: Path) -> Path:
    """A workbook of Excel 97: the seven required columns, row 3 blank, ids 1001 and '007'."""
    path.write_bytes(zlib.decompress(base64.b85decode(_XLS)))
    return path


_XLS = (
    "c-rk)Pe>F|82{e>b9Y_cUDHSd8G@`#!RSy3y8c<yh_!9E=np}S?lYHNcb3`lkcYC&V-R#Ix(F6@vASeYhdKlu0;3K=5N"
    "JV{AP5RNsN46xnVr-MTqwbq-}1hBzwdo-esA92*?Bn=oSnE=GY2cs3U*k`d%(5C$1r&cBmh{R&x>r~>c*6}u&&^7<3PH"
    "c@TlxXi5NpM-g97syN;)50p4Re30de>GF)0ibWj^)Cfd+~mcb45ltVSOs)B4k*$rgxP~>B>ZREL3wgqEn*$J2l_15n-X"
    "7MrG7Ah+Tao=gG^OiijpbDOgS$zHq(_@{`t|sO5IxDDk_+S!nK)ZQ{tAcNWo7huu9MKqwG={@cPfv3s(j1S^LM4v+Bz("
    "(D0ACBs`-x=v*VfMf{oj}SOa9<@<7lq*U$r>^Mj?NiR?9ff?rDd<qGLR(sM<U{!?geq#N-8t^IR^eWTgFJC&1yPmgX28"
    "mNkw$KwOix;T-Z_d5D)HPoBvf$x1OL&2dgeWmUsjh4<-{RnFC%l*~wjTuy6)csg_{L)kRfcmhv@_KYmWhLa<h?Me*y%b"
    "KE!`mwHP<AF{)KvUBmA3%h2O_HTPImK0MOIVc$G;Cl8&qxPT@_?dZOjK0{^ajgmuQ-Ni+X^h(w#sNZ`_Lx9Px&A%>Hv1"
    "v{OvEVB7M=&De{ccQKcVfTSd1)9xjL)Sh<`^sOQ82f_kd4lk7#h>t@Q=kgdcOhu6Ajm66#uMlqMDv<`K46JCe5Ey-`k{"
    "P?Fs4{FChgmz$ls(Wsva_UWJ0=D1*o51?wHwF!?fnC2Q@Gw-kGGp_5N4ENxjnHii7;VoRr?wv!#DE(^4+ayx!%Su~`bu"
    "YZWOkD|kU31|MCLS^3z^GMWh+$A*}UWn!Y#iZ&q!7DsvY~8p<)FEe@=dE)60dj8w$}v*<&)H>@}HCE;W?xzj<CeDf^6g"
    "J1LimVw($@cwXHv6wA#hq3Ac6Pz;!?pxA1wfcv7e@Syn#FIcc(!GZ+~7A&j_Fnaj|dR=nR>z)2GU1EIKS-`YteJ1&D5d"
    "#H(8vd8;f(%|&I9t^G*$7TnxEEVxox=A*fupFdLJIn*9jT({Fa8-~OP^=e6$5{72^FiqSWG+rvHlOJh7~>"
)
