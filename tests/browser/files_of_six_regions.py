"""A text in force as it is copied out of a PDF, and what six regions send about it: our own words, never those of the ITU.

Each file is in the language and the format of another drafter: a draft without any header, three with tracked changes in other
languages, one of LibreOffice, one with a table.
"""

import textwrap

from tests.resolutions.docx import writing as word
from tests.resolutions.docx.writing import call, dele, header, ins, p
from tests.resolutions.odt import writing as odt

IN_FORCE = [
    "considering",
    "a)\tthat people who run small networks ask for advice that they can use in the place where they live and work;",
    "b)\tthat what is measured openly, by anybody who wants to measure it, can be trusted by those who were not there;",
    "resolves",
    "1\tto study how small networks measure the quality of what they offer, and how they tell the people who pay for it;",
    "2\tto publish a short guide in the six languages once in each study period, and to keep it where everyone finds it;",
    "3\tto invite those who run small networks to its workshops, wherever they live, at no cost to themselves;",
    "instructs the Director of the Telecommunication Standardization Bureau",
    "1\tto report to the next assembly on what was learned in these workshops, and on what is still missing;",
]
CLAUSES = 6
CALLS = {1: "considering", 3: "resolves", 7: "instructs"}


def copied_from_a_pdf(width: int = 76, lines_a_page: int = 9) -> str:
    """Lines of a page, with the page's number and the running head between them."""
    found: list[str] = []
    wrapped = [line for text in IN_FORCE for line in textwrap.wrap(text.replace("\t", " "), width, break_on_hyphens=False)]
    for at, line in enumerate(wrapped, start=1):
        found.append(line)
        if at % lines_a_page == 0:
            found += [str(at // lines_a_page), "WTSA-24 – Resolution 50"]
    return "\n".join(found)


def resolution(number: str, title: str, *paragraphs: str) -> str:
    return "".join([p(number, style="ResNo"), p(title, style="Restitle"), *paragraphs])


def draft_without_header() -> bytes:
    """What a regional group sends round before the assembly: no line says MOD, and of whom."""
    considering, first, second, resolves, study, guide, workshops, instructs, report = IN_FORCE
    body = resolution(
        "RESOLUTION 50 (REV. NEW DELHI, 2024)",
        "Small networks",
        call(considering),
        p(first),
        p(second),
        call(resolves),
        p("1\tto ", ins(word.t("take part in managing domain names, and to ")), study.removeprefix("1\tto ")),
        p(guide),
        p(workshops),
        call(instructs),
        p(report),
    )
    return word.docx(body)


def in_spanish() -> bytes:
    body = header("MOD\tIAP/39A9/1") + resolution(
        "RESOLUCIÓN 50 (REV. NUEVA DELHI, 2024)",
        "Redes pequeñas",
        call("considerando"),
        p("a)\tque quienes mantienen redes pequeñas piden consejos que puedan usar en el lugar donde viven y trabajan;"),
        p("b)\tque en lo que se mide abiertamente puede confiar también quien no estuvo allí;"),
        call("resuelve"),
        p("1\testudiar cómo miden las redes pequeñas la calidad de lo que ofrecen", ins(word.t(", con la comunidad técnica")), ";"),
        p(
            "2\tpublicar una guía breve en los seis idiomas ",
            dele(word.t("una vez en cada periodo de estudios")),
            ins(word.t("cada año")),
            ";",
        ),
        p("3\tinvitar a sus talleres a quienes mantienen redes pequeñas, vivan donde vivan;"),
        call("encarga al Director de la Oficina de Normalización de las Telecomunicaciones"),
        p("1\tque informe a la próxima asamblea sobre lo aprendido en estos talleres;"),
    )
    return word.docx(body)


def in_russian() -> bytes:
    body = header("MOD\tRCC/40A9/1") + resolution(
        "РЕЗОЛЮЦИЯ 50 (ПЕРЕСМ. НЬЮ-ДЕЛИ, 2024 Г.)",
        "Малые сети",
        call("учитывая"),
        p("a)\tчто те, кто содержит малые сети, просят советов, которыми можно пользоваться там, где они живут и работают;"),
        p("b)\tчто тому, что измеряют открыто, могут доверять и те, кого там не было;"),
        call("решает"),
        p("1\tизучать, как малые сети измеряют качество того, что они предлагают;"),
        p(
            "2\tпубликовать краткое руководство на шести языках ",
            dele(word.t("один раз")),
            ins(word.t("дважды")),
            " за исследовательский период;",
        ),
        p("3\tприглашать на свои семинары тех, кто содержит малые сети, где бы они ни жили;"),
        call("поручает Директору Бюро стандартизации электросвязи"),
        p("1\tотчитаться перед следующей ассамблеей о том, что стало известно на этих семинарах;"),
    )
    return word.docx(body)


def in_arabic() -> bytes:
    body = header("MOD\tARB/36A9/1") + resolution(
        "القرار 50 (المراجَع في نيودلهي، 2024)",
        "الشبكات الصغيرة",
        call("إذ تضع في اعتبارها"),
        p("أ )\tأن من يديرون الشبكات الصغيرة يطلبون مشورة يمكنهم استعمالها حيث يعيشون ويعملون؛"),
        p("ب)\tأن ما يقاس علناً يمكن أن يثق به من لم يكن حاضراً؛"),
        call("تقرر"),
        p("1\tأن تدرس كيف تقيس الشبكات الصغيرة جودة ما تقدمه", ins(word.t(" وأن تشارك في إدارة أسماء الميادين")), "؛"),
        p("2\tأن تنشر دليلاً قصيراً باللغات الست مرة في كل فترة دراسة؛"),
        p("3\tأن تدعو إلى ورش عملها من يديرون الشبكات الصغيرة أينما كانوا؛"),
        call("تكلف مدير مكتب تقييس الاتصالات"),
        p("1\tبأن يقدم تقريراً إلى الجمعية المقبلة عما استفيد من هذه الورش؛"),
    )
    return word.docx(body)


def in_french() -> bytes:
    body = header("MOD\tAFCP/35A9/1") + resolution(
        "RÉSOLUTION 50 (RÉV. NEW DELHI, 2024)",
        "Petits réseaux",
        call("considérant"),
        p("a)\tque ceux qui tiennent de petits réseaux demandent des conseils utiles là où ils vivent et travaillent;"),
        p("b)\tque ce qui est mesuré ouvertement inspire confiance à ceux qui n'étaient pas là;"),
        call("décide"),
        p("1\td'étudier comment les petits réseaux mesurent la qualité de ce qu'ils offrent;"),
        p("2\tde publier un guide court dans les six langues une fois par période d'études;"),
        p("3\td'inviter à ses ateliers ceux qui tiennent de petits réseaux, où qu'ils vivent", ins(word.t(", à ses frais")), ";"),
        call("charge le Directeur du Bureau de la normalisation des télécommunications"),
        p("1\tde rendre compte à la prochaine assemblée de ce qui a été appris dans ces ateliers;"),
    )
    return word.docx(body)


def with_a_table() -> bytes:
    """In the language of the text in force; an action plan is added beneath."""
    considering, first, second, resolves, study, guide, _workshops, instructs, report = IN_FORCE
    plan = [("Action", "Who", "By when"), ("First workshop", "Study Group 12", "2026"), ("Short guide", "Study Group 12", "2027")]
    added = f"<w:trPr><w:ins {word.BY}/></w:trPr>"
    rows = "".join(f"<w:tr>{added}{''.join(f'<w:tc>{p(ins(word.t(cell)), mark="ins")}</w:tc>' for cell in row)}</w:tr>" for row in plan)
    body = header("MOD\tACP/37A9/1") + resolution(
        "RESOLUTION 50 (REV. NEW DELHI, 2024)",
        "Small networks",
        call(considering),
        p(first),
        p(second),
        call(resolves),
        p(study),
        p(guide),
        p(
            "3\tto invite those who run small networks to its workshops, ",
            dele(word.t("wherever they live, ")),
            "at no cost to themselves;",
        ),
        call(instructs),
        p(report),
        p(ins(word.t("ANNEX (to Resolution 50)")), style="AnnexNo", mark="ins"),
        f"<w:tbl>{rows}</w:tbl>",
        p(),
    )
    return word.docx(body)


def of_libreoffice() -> bytes:
    considering, first, second, resolves, study, _guide, workshops, instructs, report = IN_FORCE
    body = [
        odt.p("MOD\tEUR/38A9/1", style="Proposal"),
        odt.p("RESOLUTION 50 (REV. NEW DELHI, 2024)", style="Res_5f_No"),
        odt.p("Small networks", style="Res_5f_title"),
        odt.p(considering, style="Call"),
        odt.p(first),
        odt.p(second),
        odt.p(resolves, style="Call"),
        odt.p(study),
        odt.p(
            "2\tto publish a short guide in the six languages once in each ",
            odt.dele("study period"),
            odt.ins("year"),
            ", and to keep it where everyone finds it;",
        ),
        odt.p(workshops),
        odt.p(instructs, style="Call"),
        odt.p(report),
    ]
    return odt.odt("".join(body))


SENT = {
    "T25-WTSA-C-0035A9-F.docx": ("MOD AFCP/35A9/1", in_french),
    "T25-WTSA-C-0036A9-A.docx": ("MOD ARB/36A9/1", in_arabic),
    "T25-WTSA-C-0037A9-E.docx": ("MOD ACP/37A9/1", with_a_table),
    "T25-WTSA-C-0038A9-E.odt": ("MOD EUR/38A9/1", of_libreoffice),
    "T25-WTSA-C-0039A9-S.docx": ("MOD IAP/39A9/1", in_spanish),
    "T25-WTSA-C-0040A9-R.docx": ("MOD RCC/40A9/1", in_russian),
}
