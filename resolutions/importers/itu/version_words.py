"""What the header of a table calls the two versions of a text that stand side by side in it, in six languages.

A header is meant when these are all its words, but for a resolution, an assembly or brackets beside them. Words that head columns of any
other table ("Title", "Action", "New") are left out.
"""

# The version that a proposal starts from.
IN_FORCE = {
    "en": (
        "text in force, existing text, current text, present text, original text, existing, current, in force, existing version, "
        "current version, version in force, original version, base text, current wording, existing wording, existing provisions, "
        "current provisions"
    ),
    "fr": (
        "texte en vigueur, texte actuel, texte existant, texte original, texte d'origine, texte de base, en vigueur, actuel, existant, "
        "version actuelle, version en vigueur, version existante, libellé actuel, rédaction actuelle, dispositions actuelles, "
        "dispositions en vigueur"
    ),
    "es": (
        "texto vigente, texto actual, texto existente, texto original, texto en vigor, texto de base, vigente, actual, existente, "
        "versión actual, versión vigente, redacción actual, disposiciones vigentes, disposiciones actuales"
    ),
    "ar": (
        "النص الحالي, النص الساري, النص القائم, النص النافذ, النص المعمول به, النص الأصلي, النص الموجود, الصيغة الحالية, الصيغة السارية, "
        "النسخة الحالية, الأحكام الحالية"
    ),
    "ru": (
        "действующий текст, существующий текст, текущий текст, исходный текст, действующая редакция, существующая редакция, "
        "текущая редакция, действующая версия, текущая версия, действующие положения"
    ),
    "zh": "现行案文, 现行文本, 现有案文, 现有文本, 当前案文, 当前文本, 原案文, 原文本, 原文, 现行版本, 现行条款, 有效文本",
}
# The version that it proposes.
PROPOSED = {
    "en": (
        "proposed text, proposal, proposals, proposed, proposed revision, proposed revisions, proposed change, proposed changes, "
        "proposed amendment, proposed amendments, proposed modification, proposed modifications, amended text, revised text, new text, "
        "modified text, draft revision, draft text, new version, revised version, proposed version, proposed wording, new wording"
    ),
    "fr": (
        "texte proposé, proposition, propositions, proposition de texte, proposé, révision proposée, révisions proposées, "
        "modification proposée, modifications proposées, amendement proposé, amendements proposés, texte modifié, texte révisé, "
        "texte amendé, nouveau texte, projet de révision, projet de texte, nouvelle version, version révisée, version proposée, "
        "libellé proposé, rédaction proposée"
    ),
    "es": (
        "texto propuesto, propuesta, propuestas, propuesta de texto, propuesto, revisión propuesta, revisiones propuestas, "
        "modificación propuesta, modificaciones propuestas, enmienda propuesta, enmiendas propuestas, texto modificado, texto revisado, "
        "texto enmendado, nuevo texto, proyecto de revisión, proyecto de texto, nueva versión, versión revisada, versión propuesta, "
        "redacción propuesta"
    ),
    "ar": (
        "النص المقترح, المقترح, المقترحات, الاقتراح, مقترح, التعديل المقترح, التعديلات المقترحة, المراجعة المقترحة, النص الجديد, "
        "النص المعدل, النص المراجع, الصيغة المقترحة, الصيغة الجديدة, النسخة المقترحة, مشروع المراجعة, مشروع النص"
    ),
    "ru": (
        "предлагаемый текст, предложение, предложения, предлагаемая редакция, предлагаемое изменение, предлагаемые изменения, "
        "предлагаемая поправка, предлагаемые поправки, предлагаемый пересмотр, новый текст, новая редакция, изменённый текст, "
        "пересмотренный текст, пересмотренная редакция, проект пересмотра, проект текста, предлагаемая версия"
    ),
    "zh": (
        "提案, 建议, 建议案文, 建议文本, 拟议案文, 拟议文本, 拟议修改, 拟议修订, 建议修改, 建议修订, "
        "修改建议, 修订建议, 修订案文, 修订文本, 修改后案文, "
        "新案文, 新文本, 修订草案, 修正案文, 拟议版本"
    ),
}
# What stands in the second column in place of words that stay, or that go.
STAYS = (
    "no change, unchanged, noc, idem, sans changement, inchangé, pas de changement, sin cambios, sin modificación, igual, "
    "بدون تغيير, لا تغيير, دون تغيير, без изменений, не изменяется, 不变, 无变化, 不修改"
)
GOES = (
    "sup, deleted, delete, suppressed, supprimé, à supprimer, suprimido, suprimir, eliminado, محذوف, يحذف, إلغاء, "
    "исключить, исключено, исключается, 删除, 废止"
)
