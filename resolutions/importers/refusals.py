"""Translated sentences for refusals and warnings. The only module here that needs Django."""

from django.utils.translation import gettext_lazy as _

from .paragraphs import Refusal, Trouble

REFUSALS = {
    Refusal.EMPTY: _("This file is empty. Download it again, or choose another."),
    Refusal.TOO_LARGE: _("This file is larger than 5 MB. Save it without its pictures and try again."),
    Refusal.OLD_WORD: _("This is an old Word file (.doc). Open it in a word processor, save it as .docx and try again."),
    Refusal.LOCKED: _("This file is locked with a password. Remove the password and try again."),
    Refusal.PDF: _("This is a PDF. Only the Word file (.docx) says what was deleted and what was inserted: choose that one."),
    Refusal.RICH_TEXT: _("This is a rich text file (.rtf). Open it in a word processor, save it as .docx and try again."),
    Refusal.OPEN_DOCUMENT: _("This is an OpenDocument file. Save it as .docx and try again: tracked changes are kept."),
    Refusal.NOT_WORD: _("This is not a Word file (.docx). Choose one, or open this one in a word processor and save it as .docx."),
    Refusal.BAD_ZIP: _("This file is damaged or was not fully downloaded. Download it again."),
    Refusal.TOO_MANY_MEMBERS: _(
        "This file contains far more parts than a Word document needs. "
        "Open it in a word processor, save it under another name and try again."
    ),
    Refusal.DUPLICATE_MEMBER: _(
        "This file contains the same part twice, so that two programs would read two different texts. "
        "Open it in a word processor, save it under another name and try again."
    ),
    Refusal.BAD_MEMBER_NAME: _(
        "This file contains a part that points outside the document. Open it in a word processor, save it under another name and try again."
    ),
    Refusal.TOO_MUCH_INSIDE: _("This file unpacks to more than 60 MB. Save it without its pictures and try again."),
    Refusal.ZIP_BOMB: _(
        "This file unpacks to far more than a document holds. Open it in a word processor, save it under another name and try again."
    ),
    Refusal.LYING_SIZE: _(
        "This file contains more than it declares. Open it in a word processor, save it under another name and try again."
    ),
    Refusal.MACROS: _("This file contains macros. Save it as .docx, without macros, and try again."),
    Refusal.DOCTYPE: _(
        "This file contains instructions that no Word document needs. "
        "Open it in a word processor, save it under another name and try again."
    ),
    Refusal.BAD_XML: _("The text in this file is damaged. Open it in a word processor, save it again and try again."),
    Refusal.TOO_DEEP: _(
        "The marks in this file are nested deeper than a word processor writes them. "
        "Open it in a word processor, save it under another name and try again."
    ),
    Refusal.TOO_COMPLEX: _("The text in this file is longer than any contribution. Split the file and try again."),
    Refusal.LIMITED_DISTRIBUTION: _("This document is of limited distribution. Its text is not kept; you can keep only its number."),
}

TROUBLES = {
    Trouble.CORRIGENDUM: _(
        "This is a corrigendum. If it repeats the whole document, give it that document’s number and the next revision; if it "
        "contains only the corrections, a number of its own."
    ),
    Trouble.NO_PROPOSAL: _("No proposal was found: no line like “MOD ABC/12A3/1”."),
    Trouble.NO_RESOLUTION: _("The number of the resolution was not found."),
    Trouble.NO_CLAUSES: _("No clause was found."),
    Trouble.BAD_HEADER: _("The identifier of this proposal could not be read."),
    Trouble.DELETED_HEADER: _("The header of this proposal is marked as deleted. It was not read as a proposal."),
    Trouble.DUPLICATE_CODE: _("This identifier appears above two proposals."),
    Trouble.MOD_WITHOUT_MARKS: _(
        "Nothing is marked as changed: the marks were accepted before the file was saved. Compare it with the text in force."
    ),
    Trouble.NOC_WITH_MARKS: _("It says “no change” but contains marked changes. The text before those changes was kept."),
    Trouble.UNKNOWN_CALL: _("This verb line is not known. Check whether it belongs to the preamble or to the operative part."),
    Trouble.PREAMBLE_AFTER_OPERATIVE: _("A preamble verb appears after the operative part has begun. It was read as operative."),
    Trouble.TEXT_AFTER_REASONS: _("What comes after the reasons was not read."),
    Trouble.IN_TABLE: _(
        "The text of a resolution is in a table. Its cells were read one after the other, without their verbs: check them."
    ),
    Trouble.LANGUAGE_UNKNOWN: _("The language was not recognised."),
    Trouble.LOST_STYLES: _("The styles of the template are lost. Verb lines and clauses were told apart by their wording: check them."),
    Trouble.BROKEN_FIELD: _("Half of a field is missing here. The text around it was kept."),
    Trouble.MISSING_NOTE: _("A note that the text refers to is not in the file."),
    Trouble.PICTURE: _("A picture was not read."),
    Trouble.TEXT_BOX: _("A text box was not read."),
    Trouble.EMBEDDED_FILE: _("Another file, embedded in this one, was not read."),
    Trouble.HIDDEN_TEXT: _("Hidden text was not read."),
    Trouble.UNREAD: _("These words are written in a form that is not known here. They were not read."),
    Trouble.REMOTE_TEMPLATE: _("The file asks for a template from another computer. It was not fetched."),
    Trouble.REMOTE_OBJECT: _("The file asks for a picture or object from another computer. It was not fetched."),
    Trouble.MORE: _("From here on, too much was not read for all of it to be listed. Read the file itself alongside this page."),
}
