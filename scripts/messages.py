"""The catalogues of Chinese: find what the code says, check it, compile it. No system gettext.

    python scripts/messages.py check           every rule below; exit 1 and a list where one fails
    python scripts/messages.py compile         zh_Hans/*.po -> zh_Hans/LC_MESSAGES/django.mo
    python scripts/messages.py missing PATH    stubs of what PATH says and no catalogue has

One catalogue a room (``hearth/locale/zh_Hans/<room>.po``), merged when compiled. ``check`` refuses:

- a text in the code without its Chinese, and Chinese that no code asks for;
- one text with two translations; an empty, fuzzy, obsolete or repeated entry;
- placeholders, line breaks or outer spaces that differ between a text and its Chinese;
- Chinese in a msgid, or a msgid that is put together when the program runs;
- words that stand in a template outside ``{% translate %}`` and ``{% blocktranslate %}``.

A text that code without Django declares, and that is translated elsewhere, is marked ``N_("...")``.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.template.base import Lexer, Token, TokenType
from django.utils.text import unescape_string_literal
from django.utils.translation import trim_whitespace

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "hearth"
CATALOGUES = SOURCES / "locale" / "zh_Hans"
COMPILED = CATALOGUES / "LC_MESSAGES" / "django.mo"

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff65]")
PLACEHOLDER = re.compile(
    r"%\(\w+\)[-#0-9.+]*[a-zA-Z]|%[-#0-9.+]*[sdifrxg%]|\{\w*(?:[.!:][^{}]*)?\}"
)


class Key(NamedTuple):
    """What identifies a text in a catalogue; ``plural`` is "" for a text without one."""

    context: str
    text: str
    plural: str


@dataclass(frozen=True, slots=True)
class Use:
    """One place that says a text."""

    key: Key
    file: Path
    line: int

    def __str__(self) -> str:
        return f"{place(self.file)}:{self.line}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend, and where."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def place(file: Path) -> str:
    """The path as one types it at the top of the repository."""
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else str(file)


# --- what Python says ---------------------------------------------------------------------------

# name: (has a context, has a plural)
FUNCTIONS = {
    "gettext": (False, False),
    "gettext_lazy": (False, False),
    "gettext_noop": (False, False),
    "ngettext": (False, True),
    "ngettext_lazy": (False, True),
    "pgettext": (True, False),
    "pgettext_lazy": (True, False),
    "npgettext": (True, True),
    "npgettext_lazy": (True, True),
}
MARKER = "N_"


def python_uses(file: Path, source: str) -> tuple[list[Use], list[Fault]]:
    """Every text that a Python file hands to gettext, and what cannot be extracted from it."""
    tree = ast.parse(source, str(file))
    names = {MARKER: "gettext_noop"}
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {a.asname or a.name: a.name for a in node.names if a.name in FUNCTIONS}
        elif isinstance(node, ast.ImportFrom) and node.module == "django.utils":
            modules |= {a.asname or a.name for a in node.names if a.name == "translation"}

    uses, faults = [], []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not (called := _called(node.func, names, modules)):
            continue
        has_context, has_plural = FUNCTIONS[called]
        wanted = node.args[: 1 + has_context + has_plural]
        if any(map(_is_put_together, wanted)):
            what = "a text put together before gettext is in no catalogue; use placeholders"
            faults.append(Fault(f"{place(file)}:{node.lineno}", what))
            continue
        texts = [
            a.value for a in wanted if isinstance(a, ast.Constant) and isinstance(a.value, str)
        ]
        if len(texts) == 1 + has_context + has_plural:
            context = texts.pop(0) if has_context else ""
            key = Key(context, texts[0], texts[1] if has_plural else "")
            uses.append(Use(key, file, node.lineno))
    return uses, faults


def _called(function: ast.expr, names: dict[str, str], modules: set[str]) -> str | None:
    if isinstance(function, ast.Name):
        return names.get(function.id)
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return (
            function.attr if function.value.id in modules and function.attr in FUNCTIONS else None
        )
    return None


def _is_put_together(argument: ast.expr) -> bool:
    """An f-string, a sum, or a literal that is formatted too early."""
    if isinstance(argument, ast.JoinedStr | ast.BinOp):
        return True
    return (
        isinstance(argument, ast.Call)
        and isinstance(argument.func, ast.Attribute)
        and isinstance(argument.func.value, ast.Constant)
    )


# --- what templates say -------------------------------------------------------------------------

LITERAL = r""""[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'"""
CONSTANT = re.compile(rf"_\(({LITERAL})\)")
LEADING = re.compile(rf"^({LITERAL})")
TRANSLATE = {"translate", "trans"}
BLOCK = {"blocktranslate", "blocktrans"}
END_BLOCK = {f"end{name}" for name in BLOCK}
GAP = "\ue000"  # stands for a template tag when the markup around it is read


class TemplateReader:
    """Reads one template once: the texts it translates, and its markup with the tags blanked."""

    def __init__(self, file: Path, source: str) -> None:
        """Read ``source``; ``uses`` and ``markup`` hold the result, lines as in the file."""
        self.file = file
        self.uses: list[Use] = []
        self.faults: list[Fault] = []
        self._markup: list[str] = []
        tokens = iter(Lexer(source).tokenize())
        for token in tokens:
            self._read(token, tokens)
        self.markup = "".join(self._markup)

    def _read(self, token: Token, tokens: Iterator[Token]) -> None:
        if token.token_type == TokenType.TEXT:
            self._markup.append(token.contents)
            return
        self._markup.append(GAP if token.token_type != TokenType.COMMENT else "")
        if token.token_type == TokenType.COMMENT:
            return
        bits = token.split_contents()
        name = bits[0] if token.token_type == TokenType.BLOCK else ""
        if name == "comment":
            self._skip(tokens, {"endcomment"})
        elif name in TRANSLATE and (literal := LEADING.match(bits[1] if len(bits) > 1 else "")):
            self._add(token, _plain(literal[1]), context=_context(bits))
        elif name in BLOCK:
            self._read_block(token, bits, tokens)
        else:
            self._refuse_chinese(token)
        for literal in CONSTANT.finditer(token.contents):
            self._add(token, _plain(literal[1]))

    def _read_block(self, start: Token, bits: list[str], tokens: Iterator[Token]) -> None:
        singular: list[Token] = []
        plural: list[Token] = []
        part = singular
        for token in tokens:
            if token.token_type == TokenType.BLOCK:
                if token.contents.split()[0] in END_BLOCK:
                    break
                part = plural  # the only other tag that Django allows here
            else:
                part.append(token)
        trimmed = "trimmed" in bits
        texts = [_block_text(tokens_, trimmed=trimmed) for tokens_ in (singular, plural) if tokens_]
        self._markup.append("\n" * sum(t.contents.count("\n") for t in singular + plural))
        self._add(start, *texts, context=_context(bits), doubled=True)

    def _skip(self, tokens: Iterator[Token], ends: set[str]) -> None:
        for token in tokens:
            self._markup.append("\n" * token.contents.count("\n"))
            if token.token_type == TokenType.BLOCK and token.contents.split()[0] in ends:
                return

    def _add(
        self, token: Token, text: str, plural: str = "", *, context: str = "", doubled: bool = False
    ) -> None:
        if not doubled:
            text = text.replace("%", "%%")  # as Django does before it looks a literal up
        self.uses.append(Use(Key(context, text, plural), self.file, token.lineno or 0))

    def _refuse_chinese(self, token: Token) -> None:
        if CHINESE.search(token.contents):
            where = f"{place(self.file)}:{token.lineno}"
            self.faults.append(Fault(where, f"Chinese in a tag: {token.contents.strip()}"))


def _plain(literal: str) -> str:
    return str(unescape_string_literal(literal))


def _context(bits: list[str]) -> str:
    if "context" not in bits[:-1]:
        return ""
    literal = LEADING.match(bits[bits.index("context") + 1])
    return _plain(literal[1]) if literal else ""


def _block_text(tokens: Iterable[Token], *, trimmed: bool) -> str:
    """The msgid that ``{% blocktranslate %}`` looks up for these tokens."""
    parts = [
        f"%({token.contents})s"
        if token.token_type == TokenType.VAR
        else token.contents.replace("%", "%%")
        for token in tokens
    ]
    text = "".join(parts)
    return str(trim_whitespace(text)) if trimmed else text


class VisibleText(HTMLParser):
    """Collects the words of a blanked template that a reader would see or hear."""

    ATTRIBUTES = frozenset(
        {
            "alt",
            "aria-description",
            "aria-label",
            "aria-roledescription",
            "aria-valuetext",
            "data-hearth-confirm",
            "data-hearth-guard",
            "data-label",
            "label",
            "placeholder",
            "title",
        }
    )
    VERBATIM = frozenset({"code", "kbd", "pre", "samp", "script", "style"})
    # The same in both languages: names of file formats, and a language's name in itself.
    ALLOWED = frozenset(
        {"中文", "EN", "CSV", "DOCX", "PDF", "XLSX", "API", "ID", "URL", "JSON", "QR", "PNG"}
    )
    WORD = re.compile(rf"[A-Za-z]{{2,}}|{CHINESE.pattern}+")

    def __init__(self, markup: str) -> None:
        """Parse ``markup``; ``found`` holds (line, text)."""
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._verbatim = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Visible attributes, and the beginning of parts that are not prose."""
        tag = tag.rstrip(GAP)
        if tag in self.VERBATIM:
            self._verbatim += 1
        pairs = {name.strip(GAP): value or "" for name, value in attrs}
        visible = [value for name, value in pairs.items() if name in self.ATTRIBUTES]
        if tag == "input" and pairs.get("type") in {"submit", "button", "reset"}:
            visible.append(pairs.get("value", ""))
        for value in visible:
            self._judge(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """``<br/>`` opens nothing."""
        self.handle_starttag(tag, attrs)
        if tag in self.VERBATIM:
            self._verbatim -= 1

    def handle_endtag(self, tag: str) -> None:
        """The end of a part that is not prose."""
        if tag.rstrip(GAP) in self.VERBATIM:
            self._verbatim = max(0, self._verbatim - 1)

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if not self._verbatim:
            self._judge(data)

    def _judge(self, text: str) -> None:
        if any(word not in self.ALLOWED for word in self.WORD.findall(text)):
            shown = " ".join(text.replace(GAP, "…").split())
            self.found.append((self.getpos()[0], shown))


def template_uses(file: Path, source: str) -> tuple[list[Use], list[Fault]]:
    """Every text that a template translates, and the words in it that it does not."""
    reader = TemplateReader(file, source)
    faults = list(reader.faults)
    if file.suffix == ".html":
        for line, text in VisibleText(reader.markup).found:
            faults.append(Fault(f"{place(file)}:{line}", f"not translatable: {text}"))
    elif CHINESE.search(reader.markup):
        faults.append(Fault(place(file), "Chinese outside a translate tag"))
    return reader.uses, faults


# --- catalogues ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Translation:
    """One entry of one catalogue."""

    key: Key
    chinese: str
    where: str
    flags: frozenset[str]


def read_catalogues(folder: Path) -> tuple[list[Translation], list[Fault]]:
    """All entries of all rooms, as they stand, and what is wrong with the files themselves."""
    entries, faults = [], []
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale="zh_Hans", charset="utf-8", abort_invalid=True)
        for entry in catalogue:
            if entry.id:
                entries.append(_translation(entry, file))
        faults += [Fault(place(file), f"obsolete: {key}") for key in catalogue.obsolete]
        faults += _repeated(file)
    return entries, faults


def _repeated(file: Path) -> Iterator[Fault]:
    """Entries that one file has twice: the reader above keeps the last and says nothing."""
    seen: dict[str, int] = {}
    text = file.read_text(encoding="utf-8")
    entry = re.compile(r'^(?:msgctxt (?P<c>(?:".*"\s*)+))?^msgid (?P<i>(?:".*"\s*)+)', re.MULTILINE)
    for match in entry.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        body = "".join(re.findall(r'"(.*)"', match["i"]))
        context = "".join(re.findall(r'"(.*)"', match["c"] or ""))
        name = f"{context}\x04{body}"
        if body and name in seen:
            yield Fault(f"{place(file)}:{line}", f"again, first in line {seen[name]}: {body}")
        seen.setdefault(name, line)


def _translation(entry: Entry, file: Path) -> Translation:
    text, plural = entry.id if isinstance(entry.id, tuple | list) else (entry.id, "")
    chinese = entry.string[0] if isinstance(entry.string, tuple | list) else entry.string
    where = f"{place(file)}:{entry.lineno or '?'}"
    key = Key(entry.context or "", str(text), str(plural))
    return Translation(key, str(chinese or ""), where, frozenset(entry.flags))


def catalogue_faults(entries: Iterable[Translation]) -> Iterator[Fault]:
    """What can be said of the catalogues without looking at the code."""
    by_text: dict[tuple[str, str], list[Translation]] = defaultdict(list)
    for entry in entries:
        by_text[entry.key.context, entry.key.text].append(entry)
        yield from _entry_faults(entry)
    for same in by_text.values():
        if len({e.chinese for e in same}) > 1:
            others = "; ".join(f"{e.chinese} ({e.where})" for e in same)
            yield Fault(same[0].where, f"{same[0].key.text!r} is translated differently: {others}")
        if len({e.key.plural for e in same}) > 1:
            yield Fault(same[0].where, f"{same[0].key.text!r} has a plural in one place only")


def _entry_faults(entry: Translation) -> Iterator[Fault]:
    text, chinese = entry.key.text, entry.chinese
    if not chinese.strip():
        yield Fault(entry.where, f"no Chinese for {text!r}")
        return
    if "fuzzy" in entry.flags:
        yield Fault(entry.where, f"fuzzy: {text!r}")
    if CHINESE.search(text + entry.key.plural):
        yield Fault(entry.where, f"Chinese in the msgid {text!r}")
    # Chinese has one form, so it must do for every count: compare it with the plural.
    if (want := placeholders(entry.key.plural or text)) != (have := placeholders(chinese)):
        yield Fault(entry.where, f"placeholders of {text!r}: {_list(want)} became {_list(have)}")
    for ends in (str.startswith, str.endswith):
        for edge in ("\n", " "):
            if ends(text, edge) != ends(chinese, edge):
                yield Fault(entry.where, f"outer space or line break differs: {text!r}")


def placeholders(text: str) -> list[str]:
    """All placeholders in a fixed order: named ones may move in a sentence, unnamed ones count."""
    return sorted(PLACEHOLDER.findall(text))


def _list(found: list[str]) -> str:
    return ", ".join(found) or "none"


def compile_catalogues(folder: Path, target: Path) -> int:
    """Merge the rooms' catalogues into the one that Django reads; returns the number of entries."""
    merged = Catalog(locale="zh_Hans", project="hearth", version="1", charset="utf-8")
    entries, _faults = read_catalogues(folder)
    for entry in entries:
        if entry.chinese:
            key = entry.key
            if key.plural:
                merged.add((key.text, key.plural), (entry.chinese,), context=key.context or None)
            else:
                merged.add(key.text, entry.chinese, context=key.context or None)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    with fresh.open("wb") as stream:
        write_mo(stream, merged)
    fresh.replace(target)  # whoever is reading the old one keeps it whole
    return len(merged)


# --- all together -------------------------------------------------------------------------------


def read_sources(top: Path) -> tuple[list[Use], list[Fault]]:
    """Every text under ``top``: Python but migrations, and templates."""
    uses, faults = [], []
    files = [top] if top.is_file() else sorted(top.rglob("*"))
    for file in files:
        read = _reader(file)
        if read is None:
            continue
        found, wrong = read(file, file.read_text(encoding="utf-8"))
        uses += found
        faults += wrong
    return uses, faults


def _reader(file: Path) -> Callable[[Path, str], tuple[list[Use], list[Fault]]] | None:
    if file.suffix == ".py" and "migrations" not in file.parts:
        return python_uses
    if file.suffix in {".html", ".txt"} and "templates" in file.parts:
        return template_uses
    return None


def missing(uses: Iterable[Use], entries: Iterable[Translation]) -> dict[Key, list[Use]]:
    """What is said and has no Chinese, with the places that say it."""
    known = {entry.key for entry in entries if entry.chinese}
    lacking: dict[Key, list[Use]] = defaultdict(list)
    for use in uses:
        if use.key not in known:
            lacking[use.key].append(use)
    return lacking


def check(top: Path = SOURCES, folder: Path = CATALOGUES) -> list[Fault]:
    """Every fault of the sources and the catalogues; empty when all is well."""
    uses, faults = read_sources(top)
    entries, more = read_catalogues(folder)
    faults += more
    faults += catalogue_faults(entries)
    for key, places in missing(uses, entries).items():
        if CHINESE.search(key.text):
            faults.append(Fault(str(places[0]), f"Chinese in a msgid: {key.text!r}"))
        else:
            faults.append(Fault(str(places[0]), f"no Chinese for {key.text!r}"))
    said = {use.key for use in uses}
    faults += [Fault(e.where, f"nothing says {e.key.text!r}") for e in entries if e.key not in said]
    return faults


def stub(key: Key, places: Iterable[Use]) -> str:
    """An empty entry as it goes into a catalogue."""
    lines = [f"#: {use}" for use in places]
    if key.context:
        lines.append(f"msgctxt {_quoted(key.context)}")
    lines.append(f"msgid {_quoted(key.text)}")
    if key.plural:
        lines += [f"msgid_plural {_quoted(key.plural)}", 'msgstr[0] ""']
    else:
        lines.append('msgstr ""')
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check")
    commands.add_parser("compile")
    commands.add_parser("missing").add_argument("path", type=Path)
    given = parser.parse_args(arguments)

    if given.command == "check":
        faults = check()
        print("\n".join(map(str, faults)) or "Translations: every text has its Chinese.")
        return 1 if faults else 0
    if given.command == "compile":
        print(f"Translations: {compile_catalogues(CATALOGUES, COMPILED)} texts compiled.")
        return 0
    uses, _faults = read_sources(given.path.resolve())
    entries, _faults = read_catalogues(CATALOGUES)
    for key, places in missing(uses, entries).items():
        print(stub(key, places), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
