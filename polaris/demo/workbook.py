"""Writes workbooks quickly and always with the same bytes.

The sample files hold millions of cells and their hashes identify them, so this writes the few
parts of a workbook itself: no time stamps, shared strings in order of appearance.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from polaris.demo.model import Cell

_EPOCH = datetime(1899, 12, 30)
_STAMP = (1980, 1, 1, 0, 0, 0)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CHUNK = 2_000

_FIXED_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_SHEET}.sharedStrings+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>"
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}">'
        '<numFmts count="1">'
        '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        "</cellStyleXfs>"
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        "</cellXfs>"
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    ),
}


def write_workbook(
    path: Path, sheet: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Writes one sheet with a header row; blank and None cells are left out.

    Args:
        path: the file, replaced when it exists.
        sheet: its name.
        headers: row 1.
        rows: the cells below; text, numbers and naive datetimes keep their type.
    """
    strings: dict[str, int] = {}
    columns = [_letters(index) for index in range(len(headers))]
    with zipfile.ZipFile(path, "w") as package:
        for name, text in _FIXED_PARTS.items():
            package.writestr(_part(name), _HEAD + text)
        package.writestr(
            _part("xl/workbook.xml"),
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
            f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        with package.open(_part("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as part:
            part.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            lines = [_row_xml(1, columns, headers, strings)]
            for number, cells in enumerate(rows, start=2):
                lines.append(_row_xml(number, columns, cells, strings))
                if len(lines) >= _CHUNK:
                    part.write("".join(lines).encode())
                    lines.clear()
            part.write(("".join(lines) + "</sheetData></worksheet>").encode())
        with package.open(_part("xl/sharedStrings.xml"), "w", force_zip64=True) as part:
            part.write(f'{_HEAD}<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">'.encode())
            items = [f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings]
            part.write(("".join(items) + "</sst>").encode())


def _part(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _STAMP)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _row_xml(
    number: int, columns: Sequence[str], cells: Sequence[Cell], strings: dict[str, int]
) -> str:
    parts = [f'<row r="{number}">']
    for column, cell in zip(columns, cells, strict=True):
        if cell is None or cell == "":
            continue
        if isinstance(cell, str):
            index = strings.setdefault(cell, len(strings))
            parts.append(f'<c r="{column}{number}" t="s"><v>{index}</v></c>')
        elif isinstance(cell, datetime):
            span = cell - _EPOCH
            serial = span.days + span.seconds / 86_400
            parts.append(f'<c r="{column}{number}" s="1"><v>{serial!r}</v></c>')
        else:
            parts.append(f'<c r="{column}{number}"><v>{cell}</v></c>')
    parts.append("</row>")
    return "".join(parts)


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
