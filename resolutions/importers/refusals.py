"""Translated sentences for refusals and warnings. The only module here that needs Django."""

from django.utils.translation import gettext_lazy as _

from .paragraphs import RefusalCode, RepairKind, WarningCode

REFUSALS = {
    RefusalCode.EMPTY: _("This file is empty. Download it again, or choose another."),
    RefusalCode.TOO_LARGE: _("This file is larger than 5 MB. Save it without its pictures and try again."),
    RefusalCode.OLD_WORD: _("This is an old Word file (.doc). Open it in a word processor, save it as .docx or .odt and try again."),
    RefusalCode.LOCKED: _("This file is locked with a password. Remove the password and try again."),
    RefusalCode.PDF: _(
        "This is a PDF. Only the file of a word processor (.docx or .odt) says what was deleted and what was inserted: choose that one. "
        "If there is none, copy the text of the PDF and paste it."
    ),
    RefusalCode.RICH_TEXT: _("This is a rich text file (.rtf). Open it in a word processor, save it as .docx or .odt and try again."),
    RefusalCode.NOT_WORD: _(
        "This is neither a Word file (.docx) nor an OpenDocument text (.odt). Choose one, or open this one in a word processor and save it "
        "as .docx or .odt."
    ),
    RefusalCode.BAD_ZIP: _("This file is damaged or was not fully downloaded. Download it again."),
    RefusalCode.TOO_MANY_MEMBERS: _(
        "This file contains far more parts than a document needs. Open it in a word processor, save it under another name and try again."
    ),
    RefusalCode.DUPLICATE_MEMBER: _(
        "This file contains the same part twice, so that two programs would read two different texts. "
        "Open it in a word processor, save it under another name and try again."
    ),
    RefusalCode.BAD_MEMBER_NAME: _(
        "This file contains a part that points outside the document. Open it in a word processor, save it under another name and try again."
    ),
    RefusalCode.TOO_MUCH_INSIDE: _("This file unpacks to more than 60 MB. Save it without its pictures and try again."),
    RefusalCode.ZIP_BOMB: _(
        "This file unpacks to far more than a document holds. Open it in a word processor, save it under another name and try again."
    ),
    RefusalCode.LYING_SIZE: _(
        "This file contains more than it declares. Open it in a word processor, save it under another name and try again."
    ),
    RefusalCode.MACROS: _("This file contains macros. Save it without macros, as .docx or .odt, and try again."),
    RefusalCode.DOCTYPE: _(
        "This file contains instructions that no document needs. Open it in a word processor, save it under another name and try again."
    ),
    RefusalCode.BAD_XML: _("The text in this file is damaged. Open it in a word processor, save it again and try again."),
    RefusalCode.TOO_DEEP: _(
        "The markup in this file is nested deeper than a word processor writes it. Open it in a word processor, save "
        "it under another name and try again."
    ),
    RefusalCode.TOO_COMPLEX: _("The text in this file is longer than any contribution. Split the file and try again."),
    RefusalCode.LIMITED_DISTRIBUTION: _("This document is of limited distribution. Its text is not kept; you can keep only its number."),
}

TROUBLES = {
    WarningCode.CORRIGENDUM: _(
        "This is a corrigendum. If it repeats the whole document, give it that document’s number and the next revision; if it "
        "contains only the corrections, a number of its own."
    ),
    WarningCode.NO_PROPOSAL: _("No proposal was found: no line like “MOD ABC/12A3/1”."),
    WarningCode.NO_HEADER: _(
        "No line like “MOD ABC/12A3/1” says what is asked and by whom. "
        "Enter for each proposal its resolution, what it asks, and who proposes it."
    ),
    WarningCode.TEXT_BETWEEN: _("These words come after the text of one proposal and before the next. They were read as part of neither."),
    WarningCode.MERGED: _("This clause now also contains the words of another clause, which is shown as deleted."),
    WarningCode.SPLIT: _("The words of this new clause were taken out of another clause, which is shown as changed."),
    WarningCode.LINES_NOT_JOINED: _(
        "The lines still end where those of a page did: each is read as a clause. Join them before you store the text."
    ),
    WarningCode.NO_RESOLUTION: _("The number of the resolution was not found."),
    WarningCode.NO_CLAUSES: _("No clause was found."),
    WarningCode.BAD_HEADER: _("The identifier of this proposal could not be read."),
    WarningCode.DELETED_HEADER: _("The header of this proposal is marked as deleted. It was not read as a proposal."),
    WarningCode.DUPLICATE_CODE: _("This identifier appears above two proposals."),
    WarningCode.MOD_WITHOUT_MARKS: _(
        "Nothing is marked as changed: the marks were accepted before the file was saved. Compare it with the text in force."
    ),
    WarningCode.NOC_WITH_MARKS: _("It says “no change” but contains marked changes. The text before those changes was kept."),
    WarningCode.UNKNOWN_CALL: _("This verb line is not known. Check whether it belongs to the preamble or to the operative part."),
    WarningCode.PREAMBLE_AFTER_OPERATIVE: _("A preamble verb appears after the operative part has begun. It was read as operative."),
    WarningCode.TEXT_AFTER_REASONS: _("What comes after the reasons was not read."),
    WarningCode.IN_TABLE: _(
        "The text of a resolution is in a table. Its cells were read one after the other, without their verbs: check them."
    ),
    WarningCode.TWO_VERSIONS: _(
        "This table holds two versions of a text. They were read as the text before and the text after, clause by clause."
    ),
    WarningCode.NESTED_TABLE: _("A table stands in a cell of another one. It was read as lines of that cell."),
    WarningCode.LANGUAGE_UNKNOWN: _("The language was not recognised."),
    WarningCode.LOST_STYLES: _(
        "The styles of the template are lost. Verb lines and clauses were distinguished by their wording: check them."
    ),
    WarningCode.BROKEN_FIELD: _("Half of a field is missing here. The text around it was kept."),
    WarningCode.MISSING_NOTE: _("A note that the text refers to is not in the file."),
    WarningCode.PICTURE: _("A picture was not read."),
    WarningCode.TEXT_BOX: _("A text box was not read."),
    WarningCode.EMBEDDED_FILE: _("Another file, embedded in this one, was not read."),
    WarningCode.HIDDEN_TEXT: _("Hidden text was not read."),
    WarningCode.UNREAD: _("These words are written in a form that is not known here. They were not read."),
    WarningCode.REMOTE_TEMPLATE: _("The file asks for a template from another computer. It was not fetched."),
    WarningCode.REMOTE_OBJECT: _("The file asks for a picture or object from another computer. It was not fetched."),
    WarningCode.MORE: _("From here on, too much was not read for all of it to be listed. Read the file itself alongside this page."),
}

# What was put together again in a text that was copied out of a PDF.
REPAIRS = {
    RepairKind.JOINED: _("Lines joined to the line above"),
    RepairKind.HYPHEN: _("Words cut by a hyphen at the end of a line"),
    RepairKind.NUMBER: _("Numbers put before their clause"),
    RepairKind.PAGE_NUMBER: _("Page numbers left out"),
    RepairKind.RUNNING_HEAD: _("Running heads left out"),
    RepairKind.FOOTNOTE: _("Footnotes set apart"),
}
