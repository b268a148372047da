import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutions.domain.hints import BadPattern, Hint, HintRule, compiled, hints
from resolutions.importers.wording_rules import FOUND, NOT_FOUND, unmarked
from tests.resolutions.hints.labelled import HALVES, labelled, scores, second, shipped, shipped_rows, themes

# Words that rules look for, words about them, and all that may come between or hang on.
SNIPPETS = [
    "manage",
    "domain",
    "names",
    "ITU-T",
    "role",
    "of",
    "the",
    "Internet",
    "not",
    "may",
    "shall",
    "study",
    "develop",
    "Recommendations",
    "on",
    "DNS",
    "human",
    "rights",
    "multistakeholder",
    "Member",
    "States",
    "only",
    "privacy",
    "gestion",
    "des",
    "noms",
    "de",
    "domaine",
    "l’UIT-T",
    "droits",
    "humains",
    "multipartite",
    "doit",
    "peut",
    "étudier",
    "normaliser",
    "gestión",
    "los",
    "nombres",
    "dominio",
    "derechos",
    "partes",
    "interesadas",
    "deberá",
    "podrá",
    "وإدارة",
    "أسماء",
    "الميادين",
    "يجوز",
    "يجب",
    "حقوق",
    "الإنسان",
    "управление",
    "доменными",
    "именами",
    "может",
    "должен",
    "管理",
    "域名",
    "可",
    "必须",
    "人权",
]
SNIPPETS += [
    " ",
    "  ",
    "\u00a0",
    "\n",
    ". ",
    "; ",
    ", ",
    "« ",
    " »",
    "“",
    "”",
    '"',
    "’",
    "'",
    "-",
    "\u2011",
    "\u00ad",
    "\u200f",
    "e\u0301",
    "\u0301",
    "_",
    "،",
    "؛",
    "，",
    "。",
    "《",
    "》",
]
texts = st.one_of(
    st.lists(st.sampled_from(SNIPPETS), max_size=30).map(" ".join),
    st.lists(st.sampled_from(SNIPPETS), max_size=30).map("".join),
    st.text(max_size=60),
)
languages = st.sampled_from(["fr", "en", "es", "ar", "ru", "zh", "de"])
parts = st.sampled_from(["operative", "preamble", "annex", ""])


def found(before, after, *, language="en", part="operative", rules=None, **calls):
    """What is found, shortly: the rule, the side, the words."""
    results = hints(before, after, language=language, part=part, rules=rules or shipped(), **calls)
    return [(hint.rule_code, hint.side, hint.words) for hint in results]


def one_rule(*patterns, language="en"):
    return compiled([HintRule("a-rule", "role", language, patterns)])


# --- Whatever the text ---


@given(texts, texts, texts, texts, languages, parts)
def test_the_words_of_a_hint_are_where_it_says(before, after, call_before, call_after, language, part):
    for hint in hints(before, after, language=language, part=part, rules=shipped(), call_before=call_before, call_after=call_after):
        sides = {
            ("inserted", "text"): after,
            ("deleted", "text"): before,
            ("inserted", "call"): call_after,
            ("deleted", "call"): call_before,
        }
        text = sides[hint.side, hint.place]
        assert 0 <= hint.start < hint.end <= len(text)
        assert text[hint.start : hint.end] == hint.words
        assert hint.words.strip()
        assert hint.part == part


@given(texts, texts, languages, parts)
def test_nothing_is_found_where_nothing_changed(text, call, language, part):
    assert hints(text, text, language=language, part=part, rules=shipped(), call_before=call, call_after=call) == ()


@given(st.lists(st.sampled_from([word for word in SNIPPETS if word.strip("’'-_\u0301")]), max_size=30), languages)
def test_nothing_is_found_where_only_spaces_changed(words, language):
    assert hints(" ".join(words), "\u00a0 ".join(words), language=language, part="operative", rules=shipped()) == ()


@given(texts, texts, languages)
def test_the_same_is_found_again_in_the_same_order(before, after, language):
    first = hints(before, after, language=language, part="operative", rules=shipped())

    assert hints(before, after, language=language, part="operative", rules=shipped()) == first
    assert len(set(first)) == len(first)


# --- What a change is ---


def test_what_comes_is_found_on_the_new_side_and_what_goes_on_the_old():
    assert found("to study cables", "to manage domain names")[0] == ("wider-role", "inserted", "manage domain names")
    assert found("to respect privacy", "to respect the law") == [("rights-dropped", "deleted", "privacy")]


def test_kept_and_inserted_words_together_may_make_what_is_found():
    assert found("to study domain names", "to manage domain names") == [("wider-role", "inserted", "manage domain names")]
    assert found("to manage telephone numbers", "to manage telephone numbers and domain names") == [
        ("wider-role", "inserted", "manage telephone numbers and domain names")
    ]


def test_a_change_beside_it_is_not_found():
    assert found("to manage domain names", "to manage domain names without delay") == []
    assert found("Annex 1: to manage domain names", "Annex 2: to manage domain names") == []


def test_what_stood_there_by_another_pattern_does_not_hide_what_comes():
    rules = one_rule("+ delegation ..4 domain names", "+ (manage|take charge) ..8 domain names")

    assert found("to follow the delegation of domain names", "to take charge of the delegation of domain names", rules=rules) == [
        ("a-rule", "inserted", "take charge of the delegation of domain names")
    ]
    assert found("to study domain names", "to manage the delegation of domain names", rules=rules) == [
        ("a-rule", "inserted", "delegation of domain names")
    ]


def test_two_patterns_may_stand_in_either_order_as_far_apart_as_said():
    rules = one_rule("+ (fee*|pay) <>3 (platform*|streaming)")

    assert found("", "that platforms should each pay", rules=rules) == [("a-rule", "inserted", "platforms should each pay")]
    assert found("", "that operators pay for streaming", rules=rules) == [("a-rule", "inserted", "pay for streaming")]
    assert found("", "that platforms should each year also pay", rules=rules) == []
    assert found("that platforms pay", "pay for platforms", rules=rules) == []


@pytest.mark.parametrize("entry", ["+ one <>3 two <>3 three", "+ one <>13 two", "+ <>3 two"])
def test_an_order_left_open_is_one_and_has_its_limits(entry):
    with pytest.raises(BadPattern):
        one_rule(entry)


def test_a_denial_does_not_reach_beyond_an_until():
    rules = one_rule("+ passport*", "!8 (no|not)")

    assert found("", "that no account be opened until the owner has shown a passport", rules=rules) == [("a-rule", "inserted", "passport")]
    assert found("", "that no owner be asked for a passport until 2030", rules=rules) == []


def test_without_delay_denies_nothing():
    rules = one_rule("+ remove ..4 posts", "!8 (not|without)")

    assert found("", "to remove without delay all posts", rules=rules) == [("a-rule", "inserted", "remove without delay all posts")]
    assert found("", "to stay without removing posts, and remove no posts", rules=rules) == [("a-rule", "inserted", "remove no posts")]
    assert found("", "without a reason to remove posts", rules=rules) == []


@pytest.mark.parametrize(
    "text",
    [
        "that providers cannot, under any circumstances, read messages",
        "that no provider of a network may, even in an emergency, read messages",
        "not, whatever the reason, to study whether to read messages",
    ],
)
def test_a_denial_reaches_over_a_parenthesis(text):
    assert found("", text, rules=one_rule("+ read messages", "!7 (no|not|cannot)")) == []


@pytest.mark.parametrize(
    "text",
    [
        "not to charge, in such a case, and to read messages",
        "not to charge, in such a case, but read messages",
        "not to charge, in such a case unless asked, read messages",
        "not to charge, to keep logs, to read messages",
        "not to charge, as members should, to read messages",
        "not to charge, in all the many and various cases named elsewhere and in the annex, to read messages",
        "that no body other than the Union, in any case, read messages",
        "not to charge, in such a case; to read messages",
    ],
)
def test_what_is_no_parenthesis_ends_a_denial(text):
    assert found("", text, rules=one_rule("+ read messages", "!9 (no|not)")) == [("a-rule", "inserted", "read messages")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "qu’un fournisseur ne saurait, en aucun cas, gérer des noms de domaine"),
        ("es", "que la UIT no podrá, bajo ninguna circunstancia, gestionar nombres de dominio"),
        ("ar", "ألا يجوز للاتحاد، تحت أي ظرف، إدارة أسماء الميادين"),
        ("ru", "что МСЭ не должен, ни при каких обстоятельствах, управлять доменными именами"),
        ("zh", "国际电联不得，在任何情况下，管理域名"),
    ],
)
def test_a_parenthesis_is_one_in_every_language(language, text):
    assert found("", text, language=language) == []


def test_a_preposition_before_a_verb_begins_no_parenthesis():
    rules = one_rule("+ lire les messages", "!9 (pas|sans)", language="fr")

    assert found("", "de ne pas agir, de sa propre initiative, pour lire les messages", language="fr", rules=rules) == []
    assert found("", "de ne pas facturer, de surveiller, pour lire les messages", language="fr", rules=rules) != []


def test_a_denial_before_a_colon_governs_the_list():
    rules = one_rule("+ read messages", "!3 (not to|refrain from)")
    hint = [("a-rule", "inserted", "read messages")]

    assert found("", "to refrain from: tracking users, keeping logs of any kind; to read messages", rules=rules) == []
    assert found("", "not to: charge users; but read messages", rules=rules) == hint
    assert found("", "not to: charge users. They read messages", rules=rules) == hint
    assert found("", "not to charge anyone for these: read messages", rules=rules) == hint


def test_a_denial_struck_out_is_found():
    assert found("not to manage domain names", "to manage domain names") == [("wider-role", "inserted", "manage domain names")]
    assert found("to manage domain names", "not to manage domain names") == []


def test_what_only_moved_is_not_found():
    assert found("with respect for human rights, to test", "to test, with respect for human rights") == []


def test_what_is_said_in_other_words_is_not_found_but_another_thing_in_its_place_is():
    assert found("to manage IP addresses", "to manage Internet addresses") == []
    assert found("to supervise IP addresses", "to manage domain names") == [("wider-role", "inserted", "manage domain names")]


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("en", "services without discrimination", "services for all on the same terms"),
        ("fr", "le respect de la vie privée", "le respect de la sphère privée"),
        ("es", "el respeto de los derechos humanos", "el respeto de los derechos de la persona"),
        ("es", "el respeto de la privacidad", "el respeto de la esfera privada"),
        ("es", "la igualdad de género", "la participación de mujeres y hombres por igual"),
    ],
)
def test_a_right_said_in_other_words_is_not_gone(language, before, after):
    assert found(before, after, language=language) == []
    assert [side for _, side, _ in found(before, "", language=language)]


@pytest.mark.parametrize(
    ("language", "measure", "safeguard"),
    [
        (
            "en",
            "to monitor the communications of users where necessary and proportionate, with judicial authorisation",
            "that any surveillance of communications be strictly necessary and proportionate",
        ),
        (
            "fr",
            "de surveiller les communications des utilisateurs lorsque cela est nécessaire et proportionné",
            "que toute surveillance des communications soit strictement nécessaire et proportionnée",
        ),
        (
            "es",
            "vigilar las comunicaciones de los usuarios cuando sea necesario y proporcionado",
            "que toda vigilancia de las comunicaciones sea estrictamente necesaria y proporcionada",
        ),
    ],
)
def test_a_measure_with_its_safeguard_is_found_and_a_safeguard_alone_is_not(language, measure, safeguard):
    assert [code for code, *_ in found("", measure, language=language)] == ["rights-at-risk"]
    assert found("", safeguard, language=language) == []


def test_quoted_words_are_neither_said_nor_counted_as_gone():
    assert found("to hold a meeting", "to hold a meeting, “Who should manage domain names”") == []
    assert found("respect for privacy", "respect for “privacy”") == []


def test_a_new_clause_and_one_that_goes_are_looked_at_whole():
    assert found("", "to manage domain names") == [("wider-role", "inserted", "manage domain names")]
    assert found("in respect of human rights", "") == [("rights-dropped", "deleted", "human rights")]
    assert found("to manage domain names", "") == []


def test_accents_hyphens_apostrophes_and_soft_hyphens_do_not_hide_a_word():
    rules = one_rule("- droit* de l'homme", "- multi acteurs", language="fr")

    assert [words for *_, words in found("les DROITS DE L’HOMME", "x", language="fr", rules=rules)] == ["DROITS DE L’HOMME"]
    assert [words for *_, words in found("multi\u2011acteurs", "x", language="fr", rules=rules)] == ["multi\u2011acteurs"]
    assert [words for *_, words in found("de l'hom\u00adme, droits de l'hom\u00adme", "x", language="fr", rules=rules)] == [
        "droits de l'hom\u00adme"
    ]


def test_decomposed_letters_are_found_whole():
    rules = one_rule("- liberté", language="fr")

    assert found("la liberte\u0301 !", "", language="fr", rules=rules) == [("a-rule", "deleted", "liberte\u0301")]


def test_a_full_stop_ends_what_belongs_together_and_a_comma_an_exemption():
    rules = one_rule("+ manage ..5 names", "!9 not")

    assert found("", "to manage. The names", rules=rules) == []
    assert found("", "not alone, to manage names", rules=rules) == [("a-rule", "inserted", "manage names")]


def test_an_exemption_reaches_as_far_as_it_says():
    assert found("", "not here to manage names", rules=one_rule("+ manage names", "!2 not")) == [("a-rule", "inserted", "manage names")]
    assert found("", "not here to manage names", rules=one_rule("+ manage names", "!3 not")) == []
    assert found("", "manage names by ICANN", rules=one_rule("+ manage names", "!0+1 icann")) == [("a-rule", "inserted", "manage names")]
    assert found("", "manage names by ICANN", rules=one_rule("+ manage names", "!0+2 icann")) == []
    assert found("", "not manage names", rules=one_rule("+ manage names", "! not")) == [("a-rule", "inserted", "manage names")]


# --- Verbs and calls ---


def test_a_stronger_verb_line_is_found_on_the_new_one_and_a_weaker_one_on_the_old():
    same = "to report each year"

    assert found(same, same, call_before="invites the Director", call_after="instructs the Director") == [
        ("stronger-verb", "inserted", "instructs")
    ]
    assert found(same, same, call_before="resolves to instruct the Director", call_after="resolves to invite the Director") == [
        ("weaker-verb", "deleted", "instruct")
    ]
    assert found(same, same, call_before="invites the Director", call_after="encourages the Director") == []


def test_a_verb_line_names_its_place():
    (hint,) = hints("x", "x", language="en", part="operative", rules=shipped(), call_before="invites all", call_after="instructs all")

    assert hint == Hint("stronger-verb", "verb-up", "inserted", 0, 9, "instructs", "operative", "call")


def test_whom_a_verb_line_addresses_is_looked_at_too():
    assert found("x", "x", call_before="invites all stakeholders", call_after="invites Member States") == [
        ("multistakeholder-dropped", "deleted", "stakeholders")
    ]


def test_what_goes_from_the_verb_line_into_the_clause_is_not_gone():
    before = {"call_before": "invites civil society", "call_after": "invites"}

    assert found("to comment", "civil society to comment", **before) == []


def test_a_duty_in_a_preamble_is_no_stronger_verb():
    assert found("that members may report", "that members shall report") == [("stronger-verb", "inserted", "shall")]
    assert found("that members may report", "that members shall report", part="preamble") == []


def test_another_duty_beside_a_possibility_is_not_a_stronger_one():
    assert found("that members may report", "that members may report, and shall pay") == []


def test_a_language_without_rules_has_no_hints():
    assert found("", "to manage domain names", language="de") == []


# --- The rules that ship ---


@pytest.mark.parametrize("row", shipped_rows(), ids=lambda row: row.key)
@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_each_rule_finds_its_example_and_leaves_its_trap(row, language):
    flagged, trap = row.values["examples"][language].splitlines()

    assert row.key in {code for code, *_ in found(*unmarked(flagged.removeprefix(FOUND)), language=language)}
    assert row.key not in {code for code, *_ in found(*unmarked(trap.removeprefix(NOT_FOUND)), language=language)}


@pytest.mark.parametrize("row", shipped_rows(), ids=lambda row: row.key)
def test_each_rule_finds_something_in_the_labelled_clauses_of_each_language(row):
    clauses = (*labelled(), *themes(), *second())
    finds = {clause.language for clause in clauses if any(hint.rule_code == row.key for hint in clause.found(shipped()))}

    assert finds == {"fr", "en", "es", "ar", "ru", "zh"}


def test_the_themes_are_many_in_each_language_and_half_of_them_traps():
    assert {clause.language for clause in themes()} == {"fr", "en", "es", "ar", "ru", "zh"}
    for language in ("fr", "en", "es", "ar", "ru", "zh"):
        clauses = [clause for clause in themes() if clause.language == language]
        assert len(clauses) >= 36
        assert 0.3 <= sum(not clause.expected for clause in clauses) / len(clauses) <= 0.6
        assert all((clause.before, clause.call_before) != (clause.after, clause.call_after) for clause in clauses)


@pytest.mark.parametrize("language", ["fr", "en", "es", "ar", "ru", "zh"])
def test_the_rules_find_what_is_marked_in_the_themes_and_little_else(language):
    clauses = [clause for clause in themes() if clause.language == language]
    score = scores(clauses, shipped())[language]

    assert score.precision >= 0.95
    assert score.recall >= 0.9


def test_the_labelled_set_is_large_and_half_of_it_traps():
    for half in HALVES[:2]:
        clauses = [clause for clause in labelled() if clause.half == half]
        assert len(clauses) >= 120
        assert 0.45 <= sum(not clause.expected for clause in clauses) / len(clauses) <= 0.6
        assert all(sum(clause.language == language for clause in clauses) >= 40 for language in ("fr", "en", "es"))
    assert len({clause.key for clause in labelled()}) == len(labelled())


@pytest.mark.parametrize(
    ("half", "precision", "recall"),
    # The last speaks on purpose in words that no list holds: little of it is found, and that is known.
    [("development", 1.0, 1.0), ("held-out", 0.9, 0.9), ("evasive", 0.9, 0.3)],
)
def test_hints_are_as_good_as_they_were(half, precision, recall):
    score = scores([clause for clause in labelled() if clause.half == half], shipped())["all"]

    assert score.precision >= precision
    assert score.recall >= recall
