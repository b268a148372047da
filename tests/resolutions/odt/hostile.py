"""OpenDocument files made to harm, each with what must become of it: a refusal, or a reading that stays within its bounds (None).

What is an archive, and how large, is decided before the format is known: of that, here is only what an .odt may do otherwise.
"""

import random
import zipfile
from collections.abc import Callable

from resolutions.importers.docx import RefusalCode
from tests.resolutions.docx.hostile import MEGABYTE, damage, lying, with_flag, words

from .writing import (
    BY,
    STYLES,
    call,
    changes_in,
    dele,
    document,
    header,
    ins,
    item,
    level,
    list_style,
    listed,
    note,
    odt,
    p,
    proposal,
    style,
    table,
)  # fmt: skip

GOOD = odt(proposal(call("resolves"), p("1\t", ins("to light every harbour."))))


def plain(xml: str | bytes) -> bytes:
    """Stored, so that its ratio says nothing."""
    return odt(xml=xml, compression=zipfile.ZIP_STORED)


def many(paragraph: Callable[[int], str], times: int, **more) -> bytes:
    """A MOD with so many paragraphs."""
    return odt(proposal(call("resolves"), *map(paragraph, range(times))), compression=zipfile.ZIP_STORED, **more)


def with_doctype(doctype: str, inside: str) -> str:
    return f"<!DOCTYPE x [{doctype}]>" + document(p("x")).partition("?>")[2].replace(">x<", f">{inside}<")


def nested(tag: str, depth: int) -> bytes:
    return plain(document(p(f"<text:{tag}>" * depth + "x" + f"</text:{tag}>" * depth)))


def deletions_in_deletions(times: int) -> bytes:
    """Each deletion holds the mark of the next."""
    body = dele("x")
    for _time in range(times):
        body = dele("a", body)
    return plain(document(p(body)))


def deletion_in_itself() -> bytes:
    mark = '<text:change text:change-id="ct0"/>'
    content = f"<text:deletion>{BY}{p('a', mark)}{p('b', mark)}</text:deletion>"
    changes = f'<text:tracked-changes><text:changed-region xml:id="ct0">{content}</text:changed-region></text:tracked-changes>'
    return odt(xml=document(proposal(call("resolves"), p("x", mark, mark)), changes=changes))


def a_deletion_marked_often(times: int) -> bytes:
    """30 KB that would be put back 10,000 times."""
    mark = dele(words(1, 5_000))
    return odt(xml=document(proposal(p(mark * times)), changes=changes_in(mark)), compression=zipfile.ZIP_STORED)


def looping_styles() -> str:
    return style("Xa", parent="Xb") + style("Xb", parent="Xa")


SECRET = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
SCRIPT = '<office:scripts><office:script script:language="x" xmlns:script="y">run()</office:script></office:scripts>'
GREEDY = list_style("L", level(1, "i", suffix=")", more='text:start-value="999999999" loext:num-list-format="%1%%1%%1%%1%%1%%1%)"'))

HOSTILE: dict[str, tuple[Callable[[], bytes], RefusalCode | None]] = {
    # -- what is no text
    "a spreadsheet": (lambda: odt(mimetype="application/vnd.oasis.opendocument.spreadsheet"), RefusalCode.NOT_WORD),
    "a presentation that says it is a text": (
        lambda: odt(xml=document("").replace("office:text", "office:presentation")),
        RefusalCode.NOT_WORD,
    ),
    "no content": (lambda: odt(xml="<a/>"), RefusalCode.NOT_WORD),
    "behind a password": (lambda: odt(manifest=SECRET), RefusalCode.LOCKED),
    "behind a password, as one member": (lambda: odt(more=[("encrypted-package", b"x")]), RefusalCode.LOCKED),
    "a password on the archive": (lambda: with_flag(GOOD, 1), RefusalCode.LOCKED),
    # -- archives
    "truncated": (lambda: GOOD[: len(GOOD) // 2], RefusalCode.BAD_ZIP),
    "damaged in the middle": (lambda: GOOD.replace(*damage(GOOD, b"content.xml")), RefusalCode.BAD_ZIP),
    "a bomb in the text": (lambda: odt(xml=document(p("a" * 15 * MEGABYTE))), RefusalCode.ZIP_BOMB),
    "a bomb in the mimetype": (lambda: odt(mimetype="a" * 15 * MEGABYTE), RefusalCode.ZIP_BOMB),
    "a long mimetype": (lambda: odt(mimetype="a" * 1_000), RefusalCode.TOO_COMPLEX),
    "much inside": (
        lambda: odt(more=[(f"Pictures/{n}.bin", random.Random(n).randbytes(20_000) * 100) for n in range(32)]),
        RefusalCode.TOO_MUCH_INSIDE,
    ),
    "a text that lies about its size": (
        lambda: lying(odt(xml=document(p("a" * 12 * MEGABYTE))), "content.xml", 1000),
        RefusalCode.LYING_SIZE,
    ),
    "2,100 members": (lambda: odt(more=((f"Pictures/{n}.bin", b"") for n in range(2_100))), RefusalCode.TOO_MANY_MEMBERS),
    "a text twice, in capitals": (lambda: odt(more=[("Content.xml", document(p("another")))]), RefusalCode.DUPLICATE_MEMBER),
    "a name that climbs": (lambda: odt(more=[("Pictures/../../etc/cron.d/x", "x")]), RefusalCode.BAD_MEMBER_NAME),
    # -- what a word processor would run or fetch
    "macros": (lambda: odt(more=[("Basic/Standard/Module1.xml", "<a/>")]), RefusalCode.MACROS),
    "macros in another language": (lambda: odt(more=[("Scripts/python/run.py", "run()")]), RefusalCode.MACROS),
    "a script in the text": (lambda: odt(xml=document(p("x")).replace("<office:scripts/>", SCRIPT)), RefusalCode.MACROS),
    "an empty library of macros": (lambda: odt(proposal(), more=[("Basic/script-lc.xml", ""), ("Basic/", "")]), None),
    # -- XML
    "billion laughs": (
        lambda: odt(xml=with_doctype('<!ENTITY a "ha">' + "".join(f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(9)), "&a8;")),
        RefusalCode.DOCTYPE,
    ),
    "an external entity": (lambda: odt(xml=with_doctype('<!ENTITY s SYSTEM "file:///etc/passwd">', "&s;")), RefusalCode.DOCTYPE),
    "a DOCTYPE in the styles": (lambda: odt(style_sheet="<!DOCTYPE x><x/>"), RefusalCode.DOCTYPE),
    "20,000 nested spans": (lambda: nested("span", 20_000), RefusalCode.TOO_DEEP),
    "20,000 nested sections": (
        lambda: plain(document("<text:section>" * 20_000 + "</text:section>" * 20_000)),
        RefusalCode.TOO_DEEP,
    ),
    "unclosed": (lambda: odt(xml=document(p("x"))[:-20]), RefusalCode.BAD_XML),
    "no text": (lambda: odt(xml=""), RefusalCode.BAD_XML),
    "a million empty spans": (lambda: many(lambda n: p("<text:span/>" * 1000), 1000), RefusalCode.TOO_COMPLEX),
    "2,000 deletions in deletions": (lambda: deletions_in_deletions(2_000), RefusalCode.TOO_DEEP),
    # -- read, but at a price: these stay within their bounds
    "240 nested spans": (lambda: nested("span", 240), None),
    "80 nested tables": (
        lambda: odt("<table:table><table:table-row><table:table-cell>" * 80 + "</table:table-cell></table:table-row></table:table>" * 80),
        None,
    ),
    "80 nested lists": (lambda: odt("<text:list><text:list-item>" * 80 + p("x") + "</text:list-item></text:list>" * 80), None),
    "a deletion in itself": (deletion_in_itself, None),
    "20 deletions in deletions": (lambda: deletions_in_deletions(20), None),
    "a long deletion that is marked often": (lambda: a_deletion_marked_often(10_000), None),
    "insertions that never end": (lambda: many(lambda n: p(ins(f"x{n}").partition("<text:change-end")[0]), 20_000), None),
    "as many spans as are allowed": (lambda: many(lambda n: p("<text:span/>" * 850), 1000), None),
    "850,000 paragraphs": (lambda: many(lambda n: "<text:p/>", 850_000), RefusalCode.TOO_COMPLEX),
    "as many paragraphs as are allowed": (lambda: many(lambda n: "<text:p/>", 99_000), None),
    "12 MiB in one paragraph": (lambda: many(lambda n: p(*[ins(words(k, 1000)) for k in range(2000)]), 1), None),
    "2,000 clauses replaced by 2,000 others": (
        lambda: many(lambda n: p(dele(p(words(n, 40)), p())) + p(ins(words(-n, 40))), 2_000),
        None,
    ),
    "a deletion of 20,000 paragraphs": (lambda: odt(proposal(p(dele(*[p(f"x{n}") for n in range(20_000)]), "y"))), None),
    "spaces without end": (lambda: many(lambda n: p('<text:s text:c="999999999"/>' * 20), 1_000), None),
    "20,000 proposals": (lambda: plain(document("".join(header(f"SUP\tABC/{n % 9999}/{n % 999}") for n in range(20_000)))), None),
    "20,000 notes": (lambda: many(lambda n: p("x", note("y")), 20_000), None),
    "styles that go round": (lambda: odt(proposal(p("x", style="Xa")), styles=STYLES + looping_styles()), None),
    "numbers without end": (lambda: odt(listed(*[item("x") for _ in range(5000)], style="L"), styles=STYLES + GREEDY), None),
    "text boxes in text boxes": (
        lambda: many(lambda n: p("<draw:frame><text:p>" * 60 + "x" * 60 + "</text:p></draw:frame>" * 60), 1_000),
        None,
    ),
    "words in unknown elements": (lambda: many(lambda n: "<office:x>" * 60 + "x" * 60 + "</office:x>" * 60, 1_000), None),
    "many running heads": (lambda: odt(proposal(), heads=[("footer", p("x") * 100)] * 150, compression=zipfile.ZIP_STORED), None),
    "cells without end": (lambda: odt(proposal(table(*[["x"] * 50] * 1_000)), compression=zipfile.ZIP_STORED), None),
}
