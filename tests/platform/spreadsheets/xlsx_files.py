"""Workbooks made by hand, down to the byte: what no library would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from hearth.platform.spreadsheets import Column, Parsed, SheetSpec, load

ZONE = ZoneInfo("Asia/Shanghai")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def parts(sheets: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """The parts of a workbook by name, from the XML of the rows of each sheet."""
    listed, relations, contents = [], [], {}
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        listed.append(f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>')
        relations.append(
            f'<Relationship Id="r{number}" Type="{_OFFICE}/worksheet"'
            f' Target="worksheets/sheet{number}.xml"/>'
        )
        contents[f"xl/worksheets/sheet{number}.xml"] = (
            f'{prefix}<worksheet xmlns="{_MAIN}" xmlns:x="{_MAIN}">'
            f"<sheetData>{rows}</sheetData></worksheet>"
        )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{''.join(listed)}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{''.join(relations)}</Relationships>",
        **contents,
    }


def packed(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(rows: str, name: str = "s", prefix: str = "") -> bytes:
    """A workbook with one sheet of these rows."""
    return packed(parts({name: rows}, prefix))


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="str"><v>{value}</v></c>'


HEAD = f'<row r="1">{text("A1", "code")}{text("B1", "note")}</row>'
SPEC = SheetSpec("s", [Column("code", "Code", "code", required=True), Column("note", "Note")])


def parsed(content: bytes, spec: SheetSpec = SPEC, name: str = "s.xlsx") -> Parsed:
    return load([(name, io.BytesIO(content))], [spec], zone=ZONE)[spec.kind]


def csv(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def parsed_csv(columns: Sequence[Column], *lines: str, key: Sequence[str] = ()) -> Parsed:
    return parsed(csv(*lines), SheetSpec("s", columns, key), "s.csv")


def reasons(found: Parsed) -> list[tuple[int, str, str, str]]:
    return [(error.row, error.column, error.value, error.reason) for error in found.errors]
