"""Documents for the tests of the renderings. Banks and outlets are invented."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

from hearth.bulletins.rendering.document import (
    Attachment,
    Block,
    Chart,
    Column,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Run,
    Table,
)

ISSUED = date(2021, 7, 8)
RECORDS = "https://hearth.example/figures/"
HAN = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙"  # 28 of them
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100">'
    '<rect x="10" y="20" width="300" height="40" fill="#b93c0b"/>'
    '<text x="10" y="90" font-size="14" font-family="PingFang SC, sans-serif">沈阳分行</text></svg>'
)


def figure(text: str, key: str) -> Run:
    """A computed number that leads to its records."""
    return Run(text, computed=True, href=RECORDS + key)


def plain(*blocks: Block, **fields: object) -> Document:
    """A document with nothing but a title and ``blocks``."""
    return Document(**{"title": "关于服务检查的通报", "blocks": blocks} | fields)  # type: ignore[arg-type]


def annex(rows: int, note: str = "") -> Table:
    """Eight columns, as the ranking of all outlets has."""
    labels = ["排名", "机构", "所属分行", "综合得分", "视频非现场", "神秘人", "现场", "进退位"]
    columns = tuple(
        Column(label, align="left" if label in {"机构", "所属分行"} else "right")
        for label in labels
    )
    cells = tuple(
        (
            str(rank),
            f"暖城第{rank}支行",
            "暖城分行",
            figure(f"{99 - rank / 100:.2f}", f"outlet-{rank}"),
            "91.25",
            "88.40",
            "—",
            "+3",
        )
        for rank in range(1, rows + 1)
    )
    return Table("营业网点综合得分排名", columns, cells, note=note)


def bulletin(rows: int = 30, **fields: object) -> Document:
    """A whole bulletin: every kind of block, two attachments, head and record."""
    blocks = (
        Paragraph.of("现将2021年第二季度“服务升温工程”检查情况通报如下："),
        Heading(1, "检查基本情况"),
        Paragraph.of("对全辖", figure("797", "outlets"), "个营业网点开展检查。"),
        Heading(1, "总体得分与排名"),
        Heading(2, "各分行得分"),
        Table(
            "分行得分",
            (Column("分行"), Column("得分", align="right")),
            (("暖城分行", figure("94.37", "score")),),
            note="注：得分为网点平均值。",
        ),
        Chart(SVG, "分行得分", "暖城分行得分最高"),
        Heading(3, "说明"),
        Heading(4, "口径"),
        Paragraph.of("按已排名网点计算。"),
    )
    whole: dict[str, object] = {
        "title": "暖厅银行辽宁省分行关于2021年第二季度营业网点服务检查评比情况的通报",
        "issuer": "暖厅银行辽宁省分行文件",
        "number": "暖银辽服通〔2021〕3号",
        "addressees": ("各二级分行", "省行各部室"),
        "blocks": blocks,
        "attachments": (
            Attachment("营业网点综合得分排名表", (annex(rows),)),
            Attachment("申诉处理结果", (Heading(1, "受理"), Paragraph.of("共受理42件。"))),
        ),
        "signer": "暖厅银行辽宁省分行",
        "dated_on": ISSUED,
        "copied_to": ("总行渠道管理部", "省行党委委员"),
        "printed_by": "暖厅银行辽宁省分行办公室",
        "content_hash": "3f9a" * 16,
    }
    return Document(**whole | fields)  # type: ignore[arg-type]


def sparse() -> Document:
    """As little as each part may hold."""
    return plain(
        Paragraph(()),
        Heading(1, "附注", numbered=False),
        Table("", (Column(""),), (), note="注：本期没有。"),
        Table("", (Column("甲"),), (("",),)),
        Chart(SVG, "", "得分"),
        PageBreak(),
        attachments=(Attachment("空表", ()),),
        signer="暖厅银行",
    )


def by_libreoffice(files: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """The DOCX ``files`` as LibreOffice prints them to PDF; its fonts are those of the machine."""
    for name, content in files.items():
        (folder / f"{name}.docx").write_bytes(content)
    command = [
        str(shutil.which("soffice")),
        "--headless",
        f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        *(str(folder / f"{name}.docx") for name in files),
    ]
    environment = {**os.environ, "HOME": str(folder)}
    subprocess.run(command, check=True, capture_output=True, timeout=180, env=environment)
    return {name: (folder / f"{name}.pdf").read_bytes() for name in files}
