"""Which clause was which: what is too unlike is no pair, what went into another or came out of one is said."""

from resolutions.importers.docx import WarningCode, as_json, read_contribution

from .writing import call, dele, docx, ins, p, proposal, t

LAMP = "that the lamps of every harbour are lit before the boats come in at night"
NET = "that the nets of every village are mended before the season of storms begins"


def read(*paragraphs):
    return read_contribution(docx(proposal(*paragraphs)))


def said(found, code):
    return [warned.text for warned in found.warnings if warned.code == code]


def clauses(found):
    return [(one.before, one.after, one.change) for one in found.proposals[0].clauses if one.kind == "item"]


def test_what_has_next_to_nothing_in_common_is_deleted_and_new():
    found = read(call("resolves"), p("1\t", dele(t(LAMP)), ins(t("to ask whoever lives there what the ferry costs"))))

    assert clauses(found) == [
        (LAMP, None, "deleted"),
        (None, "to ask whoever lives there what the ferry costs", "added"),
    ]


def test_a_clause_that_keeps_some_of_its_words_in_place_is_the_same_clause():
    [(before, after, change)] = clauses(read(call("resolves"), p("1\t", dele(t(LAMP)), ins(t("that the lamps of villages are lit")))))

    assert (before, after, change) == (LAMP, "that the lamps of villages are lit", "modified")


def test_a_clause_whose_words_went_into_another_is_said():
    found = read(
        call("resolves"),
        p("1\t", NET, ins(t(f", and {LAMP}"))),
        p("2\tto row;"),
        p(dele(t(f"3\t{LAMP}")), mark="del"),
    )

    assert said(found, WarningCode.MERGED) == [LAMP]
    assert said(found, WarningCode.SPLIT) == []


def test_a_clause_that_was_taken_out_of_another_is_said():
    found = read(call("resolves"), p("1\t", NET, dele(t(f", and {LAMP}"))), p("2\tto row;"), p(ins(t(f"3\t{LAMP}")), mark="ins"))

    assert [text[:20] for text in said(found, WarningCode.SPLIT)] == [NET[:20]]
    assert said(found, WarningCode.MERGED) == []


def test_a_few_words_that_stand_in_another_clause_are_no_merger():
    found = read(call("resolves"), p("1\t", NET, ins(t(" to row boats"))), p(dele(t("2\tto row boats")), mark="del"))

    assert said(found, WarningCode.MERGED) == []


def test_a_clause_that_moved_to_another_part_keeps_both():
    found = read(
        call("considering"),
        p(dele(t(f"a)\t{LAMP}")), mark="del"),
        call("resolves"),
        p(ins(t(f"1\t{LAMP}")), mark="ins"),
    )

    [moved] = [one for one in as_json(found)["proposals"][0]["clauses"] if one["kind"] == "item"]
    assert (moved["change"], moved["part_before"], moved["part"]) == ("moved", "preamble", "operative")
    assert moved["place_before"] < moved["place_after"]
