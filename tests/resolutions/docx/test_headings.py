"""The line with the number of a resolution, in the shapes in which drafts of six languages write it."""

import pytest

from resolutions.importers.docx import read_contribution, split_pasted
from resolutions.importers.itu.lexicon import is_resolution_heading, resolution_number, title_in

from .writing import docx, header, p

HEADINGS = [
    "RESOLUTION 50",
    "Resolution 50 (Rev. Geneva, 2022)",
    "DRAFT REVISION OF RESOLUTION 50",
    "DRAFT REVISION OF RESOLUTION 50 (REV. GENEVA, 2022)",
    "Draft revised Resolution 50 (Rev. New Delhi, 2024)",
    "Draft revisions to Resolution 50",
    "Proposed modification of Resolution 50 (Rev. Geneva, 2022)",
    "Proposal for the revision of Resolution 50",
    "Preliminary draft revision of WTSA Resolution 50",
    "Revised draft of Resolution 50",
    "Revision of Resolution No. 50",
    "Resolution 50 (Rev. Geneva, 2022), as revised",
    "Draft Resolution 50",
    "[DRAFT REVISION OF RESOLUTION 50]",
    "[DRAFT] REVISION OF RESOLUTION [50] (REV. GENEVA, 2022)",
    "[DRAFT REVISION OF] RESOLUTION 50 [(REV. NEW DELHI, 2024)]",
    "RESOLUTION 50[^1] (REV. GENEVA, 2022)",
    "RESOLUTION 50 (REV. [NEW DELHI (INDIA)], 2024)*",
    "PROJET DE RÉVISION DE LA RÉSOLUTION 50",
    "Projet de révision de la Résolution 50 (Rév. Genève, 2022)",
    "PROJET DE REVISION DE LA RESOLUTION 50",
    "Projet de Résolution révisée 50",
    "Proposition de modification de la Résolution n° 50",
    "Avant-projet de révision de la Résolution 50",
    "Révision proposée de la Résolution 50",
    "Modifications proposées à la Résolution 50",
    "[PROJET DE] RÉVISION DE LA RÉSOLUTION 50",
    "PROYECTO DE REVISIÓN DE LA RESOLUCIÓN 50",
    "Proyecto de revisión de la Resolución 50 (Rev. Ginebra, 2022)",
    "Proyecto de Resolución 50 revisada",
    "Propuesta de modificación de la Resolución 50",
    "Modificaciones propuestas a la Resolución 50",
    "[PROYECTO DE REVISIÓN DE LA RESOLUCIÓN 50]",
    "ПРОЕКТ ПЕРЕСМОТРА РЕЗОЛЮЦИИ 50",
    "ПРОЕКТ ПЕРЕСМОТРА РЕЗОЛЮЦИИ 50 (ПЕРЕСМ. ЖЕНЕВА, 2022 Г.)",
    "ПЕРЕСМОТР РЕЗОЛЮЦИИ 50",
    "ПЕРЕСМОТРА РЕЗОЛЮЦИИ 50",
    "Проект пересмотренной Резолюции 50",
    "Пересмотренная Резолюция № 50",
    "Предложение по пересмотру Резолюции 50 (Пересм. Женева, 2022 г.)",
    "Предложение о внесении изменений в Резолюцию 50",
    "Поправки к Резолюции 50",
    "[ПРОЕКТ ПЕРЕСМОТРА РЕЗОЛЮЦИИ 50]",
    "第50号决议修订草案",
    "第50号决议（2022年，日内瓦，修订版）修订草案",
    "第50号决议的拟议修订",
    "第 ５０ 号决议（修订版）",
    "修订第50号决议的提案",
    "关于修订第50号决议的提案",
    "对第50号决议的修订",
    "经修订的第50号决议",
    "决议50修订草案",
    "修订草案：第50号决议",
    "［第50号决议修订草案］",
    "مشروع مراجعة القرار 50",
    "مشروع مراجعة القرار ٥٠ (المراجَع في جنيف، 2022)",
    "مراجعة القرار 50",
    "مشـروع القـرار المراجَع 50",
    "مشروع القرار 50 (المراجَع في جنيف، ٢٠٢٢)",
    "القرار 50 المراجَع",
    "مقترح تعديل القرار 50",
    "التعديلات المقترحة على القرار 50",
    "مراجعة مقترحة للقرار 50",
    "[مشروع مراجعة القرار 50]",
]


@pytest.mark.parametrize("line", HEADINGS)
def test_a_heading_gives_its_number(line):
    assert is_resolution_heading(line)
    assert resolution_number(line) == "50"


@pytest.mark.parametrize(
    "line",
    [
        "in Resolution 50 (Rev. Geneva, 2022)",
        "of Resolution 50",
        "The draft revision of Resolution 50",
        "Draft revision of Resolution 50 is in the annex",
        "Resolution 50 resolves that lamps are lit",
        "the revision of Resolution 50 (Rev. Geneva, 2022) was proposed (see the annex)",
        "Revision of the plan of Resolution 50",
        "Lighthouses and Resolution 50",
        "de la Résolution 50",
        "dans la Résolution 50 (Rév. Genève, 2022)",
        "La révision de la Résolution 50 est proposée",
        "Projet de révision de la Résolution 50 présenté par la côte",
        "en la Resolución 50",
        "El proyecto de revisión de la Resolución 50 figura en el anexo",
        "в Резолюции 50",
        "в соответствии с Резолюцией 50 (Пересм. Женева, 2022 г.)",
        "Проект пересмотра Резолюции 50 приведен в Приложении",
        "根据第50号决议",
        "关于第50号决议",
        "第50号决议修订草案见附件",
        "在第50号决议中",
        "في القرار 50",
        "على القرار 50",
        "ويرد مشروع مراجعة القرار 50 في الملحق",
        "مشروع مراجعة القرار 50 الوارد في الملحق",
        "Draft revision of the plan",
        "Resolutions 50 and 52",
        "DRAFT REVISION OF RESOLUTION 50 " + "(REV. GENEVA, 2022) " * 20,
    ],
)
def test_a_resolution_in_a_sentence_is_no_heading(line):
    assert not is_resolution_heading(line)
    assert not is_resolution_heading(line, may_have_title=True)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Draft revision of Resolution 50 (Rev. Geneva, 2022) – Lighthouses", "Lighthouses"),
        ("Projet de révision de la Résolution 50: phares", "phares"),
        ("Проект пересмотра Резолюции 50 – Маяки", "Маяки"),
        ("第50号决议修订草案 – 灯塔", "灯塔"),
        ("مشروع مراجعة القرار 50 - المنارات", "المنارات"),
    ],
)
def test_a_title_may_stand_beside_a_draft(line, title):
    assert not is_resolution_heading(line)
    assert is_resolution_heading(line, may_have_title=True)
    assert (resolution_number(line), title_in(line)) == ("50", title)


@pytest.mark.parametrize(
    "line", ["DRAFT NEW RESOLUTION [ABC-1]", "[DRAFT NEW RESOLUTION [ABC-1]]", "PROJET DE NOUVELLE RÉSOLUTION [ABC-1] (Ici, 2024)"]
)
def test_a_new_resolution_has_a_heading_and_no_number(line):
    assert is_resolution_heading(line)
    assert resolution_number(line) is None


@pytest.mark.parametrize(
    ("heading", "call", "clause"),
    [
        ("DRAFT REVISION OF RESOLUTION 50", "instructs the Director of TSB", "1\tto light."),
        ("PROJET DE RÉVISION DE LA RÉSOLUTION 50", "charge le Directeur du TSB", "1\td’éclairer."),
        ("PROYECTO DE REVISIÓN DE LA RESOLUCIÓN 50", "encarga al Director de la TSB", "1\tque ilumine."),
        ("ПРОЕКТ ПЕРЕСМОТРА РЕЗОЛЮЦИИ 50", "поручает Директору БСЭ", "1\tосвещать."),
        ("第50号决议修订草案", "责成电信标准化局主任", "1\t点灯。"),
        ("مشروع مراجعة القرار ٥٠", "تكلف مدير مكتب تقييس الاتصالات", "1\tبالإضاءة."),
    ],
)
def test_a_draft_without_styles_is_read_from_its_heading_on(heading, call, clause):
    lines = ["A note above.", heading, "X", call, clause]

    pasted = split_pasted("\n".join(lines))
    [proposal] = read_contribution(docx(header("MOD\tABC/1/1") + "".join(map(p, lines[1:])), styles="")).proposals

    assert (pasted.number, pasted.title, [clause.kind for clause in pasted.clauses]) == ("50", "X", ["resno", "restitle", "call", "item"])
    assert (proposal.resolution.number, proposal.resolution.title_after) == ("50", "X")


def test_a_draft_that_was_announced_begins_at_the_last_line_with_its_number():
    lines = [
        "Proposed revision of Resolution 50",
        "Why lamps matter",
        "RESOLUTION 50 (Rev. Geneva, 2022)",
        "Lamps",
        "resolves",
        "1\tto light.",
    ]

    found = split_pasted("\n".join([*lines, "Annex", "Resolution 50", "by letter"]))

    assert (found.number, found.title) == ("50", "Lamps")
    assert [clause.kind for clause in found.clauses] == ["resno", "restitle", "call", "item", "annex", "item", "item"]


def test_where_no_call_has_a_line_of_its_own_a_text_begins_at_its_first_number():
    lines = [
        "RESOLUTION 50 (Rev. Geneva, 2022)",
        "Lamps",
        "recalling that nights are dark,",
        "Resolution 7 (Somewhere, 2022)",
        "resolves to light.",
    ]

    found = split_pasted("\n".join(lines))

    assert (found.number, found.title, len(found.clauses)) == ("50", "Lamps", 5)


def test_a_draft_may_say_its_number_twice():
    lines = ["DRAFT REVISION OF RESOLUTION 50", "RESOLUTION 50 (REV. GENEVA, 2022)", "Lamps", "resolves", "1\tto light."]

    [proposal] = read_contribution(docx(header("MOD\tABC/1/1") + "".join(map(p, lines)), styles="")).proposals

    assert (proposal.resolution.number, proposal.resolution.title_after) == ("50", "Lamps")


@pytest.mark.parametrize(
    ("heading", "opening"),
    [
        ("Resolution 50", "The World Radiocommunication Conference (Geneva, 2023),"),
        ("Résolution 50", "La Conférence de plénipotentiaires (Bucarest, 2022),"),
        ("Resolución 50", "La Asamblea Mundial de Normalización de las Telecomunicaciones (Ginebra, 2022),"),
        ("Резолюция 50", "Полномочная конференция (Бухарест, 2022 г.),"),
        ("Резолюция 50", "Всемирная конференция по развитию электросвязи (Кигали, 2022 г.),"),
        ("第50号决议", "世界电信发展大会（2022年，基加利），"),
        ("第50号决议", "国际电信联盟全权代表大会（2022年，布加勒斯特），"),
        ("القرار 50", "إن مؤتمر المندوبين المفوضين (بوخارست، 2022)،"),
        ("القرار 50", "إن المؤتمر العالمي لتنمية الاتصالات (كيغالي، 2022)،"),
    ],
)
def test_the_line_that_names_the_assembly_is_no_title(heading, opening):
    found = split_pasted("\n".join([heading, opening, "X"]))

    assert [clause.kind for clause in found.clauses] == ["resno", "opening", "restitle"]
