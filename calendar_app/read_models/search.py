"""Search over everything a person may read: four queries at most, whatever is there.

Public facts are found by the database, in columns of folded words (resolutions/folding.py). What is encrypted, and the names of people, is
read within what this person may read and matched in memory, up to a bound that the page mentions. Nothing of a delegation's circle, no
seat and no number of a restricted document is ever found.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, CharField, DateTimeField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from modeltranslation.utils import get_translation_fields, resolution_order

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.addresses import page_address
from amnt.core.languages import LANGUAGE_CODES, current_language
from calendar_app.models import Deadline, Meeting
from calendar_app.read_models.searched_days import days_in
from coalitions.models import Answer, Circle, Contact, Delegation, FollowUp, Membership, SessionNote
from resolutions.folding import SearchWords, searchable
from resolutions.member_states import countries_found
from resolutions.models import Contribution, Proposal, RegionalGroup, Resolution, Series, Topic, short_name
from resolutions.models.resolutions import series_in, without_resolution

# Of one kind: what is beyond it would not be read.
MOST_FOUND = 100
# Encrypted texts, and people, that are read to be matched in memory.
MOST_READ = 2000
# So many countries without a card are named.
MOST_COUNTRIES = 10
# "EUR/38A7/1", "38A7", "MOD IAP/12A1/3": letters and figures between strokes, with a figure in it.
IDENTIFIER = re.compile(r"(?:(?:MOD|ADD|SUP|NOC)\s+)?([A-Z0-9()./+-]*\d[A-Z0-9()./+-]*)", re.IGNORECASE)

# Nowhere is it another day than in UTC for longer.
FARTHEST_FROM_UTC = timedelta(hours=14)

RESOLUTIONS, PROPOSALS, DATES, FOLLOW_UPS, CONTACTS = "resolutions", "proposals", "dates", "follow-ups", "contacts"
NOTES = "session-notes"
COUNTRIES, PEOPLE, TOPICS, REGIONS = "countries", "people", "topics", "regions"
# In the order of the page.
KINDS = {
    RESOLUTIONS: _("Resolutions"),
    PROPOSALS: _("Proposals and documents"),
    DATES: _("Dates"),
    FOLLOW_UPS: _("Follow-ups"),
    CONTACTS: _("Contacts with delegations"),
    NOTES: _("Notes of sessions"),
    COUNTRIES: _("Delegations and countries"),
    PEOPLE: _("People"),
    TOPICS: _("Topics"),
    REGIONS: _("Regional groups"),
}

# How well something matches.
EXACT, BY_NAME, SOMEWHERE = range(3)

# The first and the last of the days that somebody looks for.
Days = tuple[date, date]


@dataclass(frozen=True)
class SearchResult:
    """One thing that was found. `key` is what its address is made of: a slug, a tag, a code or a public id."""

    kind: str
    key: str = ""
    # By language, for the tag {% translated %}.
    titles: Mapping[str, str | None] = field(default_factory=dict)
    # Of a resolution, in our own words.
    short_titles: Mapping[str, str | None] = field(default_factory=dict)
    number: int | None = None
    label: str = ""
    about: str = ""
    at: datetime | None = None
    has_hour: bool = False
    zone: str = ""
    is_closed: bool = False
    is_deadline: bool = False
    # Of a note: the public id of its session, on whose page it stands.
    session: str = ""
    # That of the circle that may read it; empty for what is public, and for a note that its author alone reads.
    circle_kind: str = ""
    rank: int = SOMEWHERE

    @property
    def resolution_name(self) -> str:
        """Of a proposal: what it is about; "" where that has no number yet."""
        return short_name(self.number, "")

    @property
    def shown_titles(self) -> Mapping[str, str | None]:
        """The short titles where there are some, else the official ones."""
        return self.short_titles if any(self.short_titles.values()) else self.titles

    @property
    def title(self) -> str:
        """In the reader's language, or the first there is; of a follow-up and a contact, as it was written."""
        return said(self.titles)

    @property
    def stub_zone(self) -> str:
        """Where its official day is counted: a date without an hour is noon in Geneva."""
        return self.zone if self.has_hour else times.ITU_ZONE

    @property
    def day(self) -> date | None:
        return self.at.astimezone(ZoneInfo(self.stub_zone)).date() if self.at else None

    @property
    def marking(self) -> str:
        return "coalition" if self.circle_kind == Circle.Kind.EVERYONE else "circle"

    @property
    def country_name(self) -> str:
        return countries.name(self.label)

    def get_absolute_url(self) -> str:
        """Where it is shown; a person, in the list of people of the coalition."""
        pages = {
            PROPOSALS: "coalitions:proposal",
            DATES: "calendar_app:deadline" if self.is_deadline else "calendar_app:meeting",
            FOLLOW_UPS: "coalitions:follow-up",
            CONTACTS: "coalitions:contact",
            COUNTRIES: "coalitions:delegation",
            PEOPLE: "coalitions:detail",
        }
        match self.kind:
            case "resolutions":
                return page_address("coalitions:resolution", self.key)
            case "topics":
                return f"{reverse('resolutions:list')}?{urlencode({'topic': self.key})}"
            case "session-notes":
                return f"{page_address('coalitions:session', UUID(self.session))}#{UUID(self.key)}"
            case "regions":
                return f"{reverse('resolutions:regions')}#group-{self.key}"
            case "countries" if not self.key:
                return f"{reverse('coalitions:delegations')}?{urlencode({'q': self.country_name})}"
        # SQLite writes a UUID without dashes.
        return page_address(pages[self.kind], UUID(self.key))


@dataclass(frozen=True)
class SearchGroup:
    """All that was found of one kind, the best first."""

    kind: str
    found: list[SearchResult]

    @property
    def name(self) -> str:
        return str(KINDS[self.kind])

    @property
    def count(self) -> int:
        return min(len(self.found), MOST_FOUND)

    @property
    def is_cut(self) -> bool:
        """Whether more was found than is counted."""
        return len(self.found) > MOST_FOUND

    @property
    def rank(self) -> int:
        return min(result.rank for result in self.found)


@dataclass(frozen=True)
class SearchAnswer:
    groups: list[SearchGroup]
    # Whether there were more encrypted texts, or people, than are read.
    is_bounded: bool

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


def search(user: User, typed: str) -> SearchAnswer:
    """What this person finds, in groups: those with an exact match first, then in the order of KINDS."""
    words = SearchWords.of(typed)
    if not words.words:
        return SearchAnswer([], is_bounded=False)
    codes = countries_found(words)
    days = days_in(typed, today=now().astimezone(ZoneInfo(user.time_zone)).date())
    private, private_is_cut = _private(user, words, codes, days)
    people, people_are_cut = _people(user, words)
    found = [*_public(user, typed, words, codes), *_public_dates(user, words, codes, days), *private, *people]
    have_card = {result.label for result in found if result.kind == COUNTRIES}
    found += [SearchResult(COUNTRIES, label=code) for code in codes[:MOST_COUNTRIES] if code not in have_card]
    groups = [SearchGroup(kind, _best_first(result for result in found if result.kind == kind)) for kind in KINDS]
    in_order = sorted((group for group in groups if group.found), key=lambda group: group.rank != EXACT)
    return SearchAnswer(in_order, is_bounded=private_is_cut or people_are_cut)


def _best_first(found: Iterable[SearchResult]) -> list[SearchResult]:
    """The best match first; of dates and follow-ups, what is ahead first, the nearest first; of contacts and notes, the latest; else by
    number, then by name."""
    instant = now()

    def place(result: SearchResult) -> tuple[Any, ...]:
        name = searchable(result.country_name if result.kind == COUNTRIES else result.label or said(result.titles))
        if result.at is None:
            return result.rank, result.number is None, result.number or 0, name, result.key
        is_over = result.is_closed or result.kind in {CONTACTS, NOTES} or (result.kind == DATES and result.at < instant)
        distance = (instant - result.at).total_seconds() if is_over else result.at.timestamp()
        return result.rank, is_over, distance, name, result.key

    return sorted(found, key=place)


def said(titles: Mapping[str, str | None]) -> str:
    """The title that the reader is shown."""
    return next((text for code in resolution_order(current_language()) if (text := titles.get(code))), "")


def _rank(words: SearchWords, titles: Iterable[str | None]) -> int:
    """A title that is what was typed, a title that has all the words, or words somewhere else."""
    said = [title for title in titles if title]
    if searchable(" ".join(words.words)) in map(searchable, said):
        return EXACT
    return BY_NAME if any(words.found_in(title) for title in said) else SOMEWHERE


# --- What is public ---------------------------------------------------------------------------------------------------

_NO_NUMBER = Cast(Value(None), IntegerField())
_NO_INSTANT = Cast(Value(None), DateTimeField())
_EMPTY = Value("", CharField())
# Every row of a query that joins several tables.
_TEXT_COLUMNS = (
    *("found_kind", "found_key", "found_number", "found_label", "found_about"),
    *(f"found_{code}" for code in LANGUAGE_CODES),
    *(f"found_short_{code}" for code in LANGUAGE_CODES),
)


def _public(user: User, typed: str, words: SearchWords, codes: list[str]) -> Iterator[SearchResult]:
    """Resolutions, topics, regional groups, proposals and cards of delegations, in one query."""
    identifier = _identifier(typed)
    asked = without_resolution(words)
    number = next((int(word) for word in asked.words if word.isdecimal() and len(word) <= 4), None)
    if identifier and not identifier.isdecimal() and asked == words:
        number = None
    # "DNS" is called "Domain names".
    tag = "-".join(words.words)
    language = current_language()
    # The one of that number first, so that it is never beyond the bound.
    has_number = Case(When(number=number, then=0), default=1) if number is not None else Value(0)
    resolutions = Resolution.objects.visible_to(user).matching(typed).order_by(has_number, F("number").asc(nulls_last=True), "pk")
    proposals = Proposal.objects.visible_to(user).current().filter(contribution__access=Contribution.Access.PUBLIC)
    proposals = proposals.filter(_names_document(identifier)) if identifier else proposals.filter(_is_called(words))
    cards = Delegation.objects.visible_to(user).filter(words.condition() | Q(country__in=codes))
    rows = _texts(
        resolutions, RESOLUTIONS, key="slug", number="number", label="label", about="series", title="title", short_title="short_title"
    ).union(
        _texts(Topic.objects.filter(words.condition() | Q(tag=tag)).order_by("pk"), TOPICS, key="tag", title="name"),
        _texts(
            RegionalGroup.objects.visible_to(user).filter(words.condition()).order_by("pk"),
            REGIONS,
            key="code",
            label=f"acronym_{language}",
            title="name",
        ),
        _texts(
            proposals.order_by("identifier", "pk"),
            PROPOSALS,
            key="public_id",
            number="resolution__number",
            label="identifier",
            about="action",
            title="resolution__title",
            short_title="resolution__short_title",
        ),
        _texts(
            cards.order_by("-assembly__starts_on", "country"),
            COUNTRIES,
            key="public_id",
            label="country",
            about=f"assembly__short_name_{language}",
            title="authority",
            is_translated=False,
        ),
        all=True,
    )
    for kind, key, its_number, label, about, *texts in rows:
        titles, short_titles = texts[: len(LANGUAGE_CODES)], texts[len(LANGUAGE_CODES) :]
        rank = _rank(words, (*texts, label))
        if kind == RESOLUTIONS and number is not None:
            # 101 alone is that of the assembly.
            rank = EXACT if its_number == number and about == (series_in(words) or Series.WTSA) else rank
        if kind == TOPICS and key == tag:
            rank = EXACT
        if kind == PROPOSALS:
            rank = EXACT if identifier and label.upper() == identifier else SOMEWHERE
        if kind == COUNTRIES:
            rank = EXACT if codes == [label] else BY_NAME if label in codes else SOMEWHERE
        yield SearchResult(
            kind,
            key,
            titles=dict(zip(LANGUAGE_CODES, titles, strict=True)),
            short_titles=dict(zip(LANGUAGE_CODES, short_titles, strict=True)),
            number=its_number,
            label=label or "",
            about=about or "",
            rank=rank,
        )


def _identifier(typed: str) -> str:
    """The identifier or number of a document in what was typed, in capitals; empty if there is none."""
    match = IDENTIFIER.fullmatch(typed.strip())
    return match[1].upper().strip("/") if match else ""


def _names_document(identifier: str) -> Q:
    """For proposals of that identifier, or of that document: whole parts between strokes, so that "38A7" is not in "138A7".

    A figure alone is the number of a document, not of a proposal in it.
    """
    of_document = Q(contribution__number__iexact=identifier)
    if identifier.isdecimal():
        return of_document
    whole = rf"(^|[^0-9A-Za-z]){re.escape(identifier)}([^0-9A-Za-z]|$)"
    named = Q(identifier__icontains=identifier, identifier__iregex=whole)
    return named | of_document


def _is_called(words: SearchWords) -> Q:
    """For proposals whose own title, or that of their document, has these words. There is no folded column: accents count."""
    titled = Q()
    for word in words.words:
        titled &= Q(title__icontains=word) | Q(contribution__title__icontains=word)
    return titled if any(len(word) > 2 for word in words.words) else Q(pk=None)


def _texts(
    rows: QuerySet[Any],
    kind: str,
    *,
    key: str,
    title: str,
    number: str = "",
    label: str = "",
    about: str = "",
    short_title: str = "",
    is_translated: bool = True,
) -> QuerySet[Any]:
    """The first of these as rows of `_TEXT_COLUMNS`."""
    model = rows.model
    first = model._default_manager.filter(pk__in=rows.values("pk")[: MOST_FOUND + 1])
    texts = [F(f"{title}_{code}") if is_translated else F(title) for code in LANGUAGE_CODES]
    named = {
        "found_kind": Value(kind, CharField()),
        "found_key": Cast(F(key), CharField()),
        "found_number": F(number) if number else _NO_NUMBER,
        "found_label": F(label) if label else _EMPTY,
        "found_about": F(about) if about else _EMPTY,
        **{f"found_{code}": text for code, text in zip(LANGUAGE_CODES, texts, strict=True)},
        **{f"found_short_{code}": F(f"{short_title}_{code}") if short_title else _EMPTY for code in LANGUAGE_CODES},
    }
    return _plain(first).annotate(**named).order_by().values_list(*_TEXT_COLUMNS)


def _plain(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Titles are asked for in each language, so nothing is to be rewritten for the reader's own."""
    return rows.rewrite(False) if hasattr(rows, "rewrite") else rows


# --- Dates ------------------------------------------------------------------------------------------------------------

_DATE_COLUMNS = (
    *("found_kind", "found_key", "is_a_deadline", "is_over", "found_at", "knows_hour", "found_zone", "found_circle"),
    *(f"found_{code}" for code in LANGUAGE_CODES),
)


def _public_dates(user: User, words: SearchWords, codes: list[str], days: Days | None) -> Iterator[SearchResult]:
    """By name, by country, and on these days."""
    meant, due = words.condition() | Q(country__in=codes), words.condition()
    if days:
        # The first and the last day that there are have none before and behind them.
        within = max(days[0], date.min + timedelta(days=1)), min(days[1], date.max - timedelta(days=2))
        first, last = (datetime.combine(day, time(), UTC) for day in within)
        meant |= Q(starts_on__lte=days[1], ends_on__gte=days[0])
        due |= Q(at__range=(first - FARTHEST_FROM_UTC, last + timedelta(days=1) + FARTHEST_FROM_UTC))
    meetings = Meeting.objects.visible_to(user, ()).filter(meant)
    deadlines = Deadline.objects.visible_to(user, ()).filter(due)
    # The latest first: what is beyond the bound is long past.
    found = _dates(meetings.order_by("-at", "pk"), MOST_FOUND).union(_dates(deadlines.order_by("-at", "pk"), MOST_FOUND), all=True)
    for result in map(_date, found):
        if not days or not result.is_deadline or _is_on(result, days, user) or words.found_in(*filter(None, result.titles.values())):
            yield _ranked(result, words, is_meant=bool(days))


def _dates(rows: QuerySet[Any], most: int) -> QuerySet[Any]:
    """The first of these as rows of `_DATE_COLUMNS`."""
    is_deadline = rows.model is Deadline
    first = rows.model._default_manager.filter(pk__in=rows.values("pk")[: most + 1])
    named = {
        "found_kind": Value(DATES, CharField()),
        "found_key": Cast(F("public_id"), CharField()),
        "is_a_deadline": Value(is_deadline, BooleanField()),
        "is_over": Value(False, BooleanField()),
        "found_at": F("at"),
        "knows_hour": F("has_hour"),
        "found_zone": F("zone"),
        "found_circle": F("meeting__circle__kind" if is_deadline else "circle__kind"),
    }
    columns = (*_DATE_COLUMNS[: -len(LANGUAGE_CODES)], *get_translation_fields("title"))
    return _plain(first).annotate(**named).order_by().values_list(*columns)


def _date(row: tuple[Any, ...]) -> SearchResult:
    kind, key, is_deadline, is_closed, at, has_hour, zone, circle_kind, *titles = row
    return SearchResult(
        kind,
        key,
        dict(zip(LANGUAGE_CODES, titles, strict=True)),
        at=at,
        has_hour=bool(has_hour),
        zone=zone or "",
        is_closed=bool(is_closed),
        is_deadline=bool(is_deadline),
        circle_kind=circle_kind or "",
    )


def _ranked(result: SearchResult, words: SearchWords, *, is_meant: bool = False) -> SearchResult:
    """is_meant -- whether it is on the days that are looked for"""
    return SearchResult(**vars(result) | {"rank": EXACT if is_meant else _rank(words, result.titles.values())})


def _is_on(result: SearchResult, days: Days, user: User) -> bool:
    """Whether it begins, or is due, on one of these days: where it is official or, without such a place, for this person."""
    day = result.day if result.zone else result.at and result.at.astimezone(ZoneInfo(user.time_zone)).date()
    return day is not None and days[0] <= day <= days[1]


# --- What is encrypted, and people: matched in memory -----------------------------------------------------------------


def _private(user: User, words: SearchWords, codes: list[str], days: Days | None) -> tuple[list[SearchResult], bool]:
    """Follow-ups, contacts, notes of sessions, and calls with their deadlines, in her circles except those of delegations; and whether
    these were too many.

    What was heard in confidence is in none of these tables.
    """
    circles: Any = Circle.objects.of(user).exclude(kind=Circle.Kind.DELEGATION)
    follow_ups = FollowUp.objects.visible_to(user, circles).order_by(F("closed_at").desc(nulls_first=True), "-pk")
    calls = Meeting.objects.filter(circle__in=circles).order_by("-at", "pk")
    doors = Deadline.objects.filter(meeting__circle__in=circles).order_by("-at", "pk")
    # Dates first: their column tells ciphertext from plain text when it is read.
    contacts = Contact.objects.visible_to(user, circles).latest_first()
    noted = SessionNote.objects.visible_to(user, circles).order_by("-at", "-pk")
    tables = (_dates(doors, MOST_READ), _follow_ups(follow_ups), _contacts(contacts), _notes(noted))
    rows = _dates(calls, MOST_READ).union(*tables, all=True)
    read = [_without_zone(result) for result in map(_date, rows)]
    by_table: dict[tuple[str, bool], int] = {}
    for result in read:
        of_table = (result.kind, result.is_deadline)
        by_table[of_table] = by_table.get(of_table, 0) + 1
    found = []
    for result in read:
        is_meant = result.label in codes if result.kind == CONTACTS else days is not None and _is_on(result, days, user)
        if is_meant or words.found_in(*filter(None, result.titles.values())):
            # The card of a country comes before what was asked of it.
            found.append(_ranked(result, words, is_meant=is_meant and result.kind != CONTACTS))
    return found, any(count > MOST_READ for count in by_table.values())


def _follow_ups(rows: QuerySet[Any]) -> QuerySet[Any]:
    first = FollowUp.objects.filter(pk__in=rows.values("pk")[: MOST_READ + 1])
    named = {
        "found_kind": Value(FOLLOW_UPS, CharField()),
        "found_key": Cast(F("public_id"), CharField()),
        "is_a_deadline": Value(False, BooleanField()),
        "is_over": Case(When(closed_at=None, then=Value(False)), default=Value(True), output_field=BooleanField()),
        "found_at": F("due_at"),
        "knows_hour": Value(True, BooleanField()),
        "found_zone": _EMPTY,
        "found_circle": F("circle__kind"),
        **{f"found_{code}": _EMPTY for code in LANGUAGE_CODES[1:]},
    }
    columns = (*_DATE_COLUMNS[: -len(LANGUAGE_CODES)], "title", *_DATE_COLUMNS[1 - len(LANGUAGE_CODES) :])
    return first.annotate(**named).order_by().values_list(*columns)


def _contacts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """By what was asked, with the code of the country in the column of the zone."""
    first = Contact.objects.filter(pk__in=rows.values("pk")[: MOST_READ + 1])
    named = {
        "found_kind": Value(CONTACTS, CharField()),
        "found_key": Cast(F("public_id"), CharField()),
        "is_a_deadline": Value(False, BooleanField()),
        "is_over": Case(When(answer=Answer.NONE, then=Value(False)), default=Value(True), output_field=BooleanField()),
        "found_at": F("at"),
        "knows_hour": Value(False, BooleanField()),
        "found_zone": Cast(F("delegation__country"), CharField()),
        "found_circle": F("circle__kind"),
        **{f"found_{code}": _EMPTY for code in LANGUAGE_CODES[1:]},
    }
    columns = (*_DATE_COLUMNS[: -len(LANGUAGE_CODES)], "ask", *_DATE_COLUMNS[1 - len(LANGUAGE_CODES) :])
    return first.annotate(**named).order_by().values_list(*columns)


def _notes(rows: QuerySet[Any]) -> QuerySet[Any]:
    """By what moved, with the public id of the session in the column of the zone."""
    first = SessionNote.objects.filter(pk__in=rows.values("pk")[: MOST_READ + 1])
    named = {
        "found_kind": Value(NOTES, CharField()),
        "found_key": Cast(F("public_id"), CharField()),
        "is_a_deadline": Value(False, BooleanField()),
        "is_over": Value(False, BooleanField()),
        "found_at": F("at"),
        "knows_hour": Value(True, BooleanField()),
        "found_zone": Cast(F("session__public_id"), CharField()),
        "found_circle": Coalesce(F("circle__kind"), _EMPTY),
        **{f"found_{code}": _EMPTY for code in LANGUAGE_CODES[1:]},
    }
    columns = (*_DATE_COLUMNS[: -len(LANGUAGE_CODES)], "moved", *_DATE_COLUMNS[1 - len(LANGUAGE_CODES) :])
    return first.annotate(**named).order_by().values_list(*columns)


def _without_zone(result: SearchResult) -> SearchResult:
    """With what stands in the column of the zone, of what has none, in its own field."""
    if result.kind == CONTACTS:
        return replace(result, label=result.zone, zone="")
    if result.kind == NOTES:
        return replace(result, session=result.zone, zone="")
    return result


def _people(user: User, words: SearchWords) -> tuple[list[SearchResult], bool]:
    """Those she may see, by their name or that of their organisation, in each coalition she shares with them."""
    rows = Membership.objects.visible_to(user).order_by("user__name", "pk")
    said = rows.values_list("coalition__public_id", "user__name", "organisation__name", "coalition__name")[: MOST_READ + 1]
    found, read = [], 0
    for public_id, name, organisation, coalition in said:
        read += 1
        if words.found_in(name, organisation or ""):
            rank = _rank(words, (name,))
            about = ", ".join(filter(None, (organisation, coalition)))
            found.append(SearchResult(PEOPLE, str(public_id), label=name, about=about, rank=rank))
    return found, read > MOST_READ
