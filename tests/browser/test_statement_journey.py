"""P2-b: a joint statement, from the text to the locked list, in French, with real web, worker and mail."""

import hashlib
import re
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, ROOT
from tests.browser.test_every_screen import faults
from tests.browser.test_journeys import text_of, until

TITLE = "Chiffrement et droits humains"
FIRST = "Nous demandons que le chiffrement soit protégé.\n\nNous demandons que l’effet sur les droits soit étudié avant toute décision."
SECOND = FIRST.replace("soit étudié", "soit connu")
FAR = "Red Lejana de Bibliotecas"
KENYA, GENEVA, MONTEVIDEO, TUNIS = "Digital Commons Kenya", "Observatoire des normes", "Derechos en Línea", "Traductions solidaires"
# Everyone else has had it for a day, and it closes in less than four hours.
FOUR_HOURS_BEFORE = """
from datetime import timedelta
from django.utils.timezone import now
from coalitions.models import Statement
ago = now() - timedelta(days=1)
Statement.objects.filter(public_id="{key}").update(opened_at=ago, changed_at=ago, closes_at=now() + timedelta(hours=3, minutes=59))
"""


def answer(page: Page, choice: str, *, inside: bool, outside: bool) -> None:
    page.locator(f"[name=choice][value={choice}]").check()
    for name, is_named in (("inside", inside), ("outside", outside)):
        page.locator(f"[name={name}][value={'named' if is_named else 'counted'}]").check()
    page.locator("main form button.button-primary").click()


def file_at(page: Page, address: str) -> bytes:
    found = page.request.get(address)
    assert found.status == 200
    return found.body()


def numbers(page: Page) -> str:
    return " ".join(page.locator(".answers").inner_text().split())


def entry(page: Page, name: str) -> Locator:
    return page.locator(".ledger li", has_text=name)


def mail_about(house, person, words: str, what: str):
    return until(lambda: next((mail for mail in house.mails_to(person) if words in text_of(mail)), None), what=what)


def test_a_joint_statement_of_thirty_hours(visit, house, log_in):
    claire, wanjiru, lucia, nadia = (house.person(role) for role in ("second-lead", "lead", "member", "translator"))
    desk = visit(viewport=DESK, locale="fr-FR", permissions=["clipboard-read", "clipboard-write"])
    log_in(desk, claire)

    # 1. Claire pastes the text, which is frozen; it closes tomorrow at 12:00 UTC, which she types in her own time.
    noon = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(12), UTC)
    if noon - datetime.now(UTC) < timedelta(hours=13):
        noon += timedelta(days=1)
    hers = noon.astimezone(ZoneInfo("Europe/Zurich"))
    desk.goto("/coalition/")
    desk.get_by_role("link", name="Déclarations", exact=True).click()
    desk.get_by_role("link", name="Ouvrir une déclaration").click()
    desk.fill("[name=title]", TITLE)
    desk.fill("[name=text]", FIRST)
    desk.select_option("main [name=language]", "fr")
    desk.fill("[name=due_on]", hers.date().isoformat())
    desk.fill("[name=due_hour]", f"{hers:%H:%M}")
    desk.fill("[name=draft_link]", "https://pad.example.org/chiffrement")
    desk.get_by_role("button", name="Figer le texte et consulter").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(desk.locator(".facts")).to_contain_text("pad.example.org")
    statement = desk.url
    key = re.search(r"/statements/([0-9a-f-]{36})/", statement).group(1)

    # AT-P2b-1: the fingerprint is that of the file anybody downloads.
    digest = hashlib.sha256(f"{FIRST}\n".encode()).hexdigest()
    assert desk.locator(".hash").inner_text().replace(" ", "") == digest
    text_file = desk.get_by_role("link", name=re.compile("Texte")).first.get_attribute("href")
    assert hashlib.sha256(file_at(desk, text_file)).hexdigest() == digest

    # AT-P2b-2: those who answer get a mail that says nothing of it, and see the closing on their own clock.
    mail_about(house, wanjiru, "joint statement is waiting", "the mail that it is open")
    assert not [word for word in (TITLE, "chiffrement", GENEVA) if word in text_of(house.mails_to(lucia)[-1])]
    nairobi = visit(viewport=PHONE, locale="en-GB")
    log_in(nairobi, wanjiru)
    nairobi.goto(statement)
    expect(nairobi.locator(".lead")).to_contain_text(f"{noon.astimezone(ZoneInfo('Africa/Nairobi')):%H:%M} your time")

    # AT-P2b-3: four answers; silence is none of them; only whoever holds the mandate answers.
    expect(desk.locator("main")).to_contain_text("Le silence ne vaut pas accord.")
    before = numbers(desk)
    assert "d’accord" not in before
    nairobi.get_by_role("link", name="Answer").first.click()
    expect(nairobi.locator("[name=choice]")).to_have_count(4)
    answer(nairobi, "endorse", inside=True, outside=True)
    observer = visit(viewport=PHONE, locale="en-GB")
    log_in(observer, house.person("observer"))
    assert observer.request.get(statement).status == 404
    tunis = visit(viewport=PHONE, locale="fr-FR")
    log_in(tunis, nadia)
    tunis.goto(f"{statement}answer/")

    # AT-P2b-4: Nadia's organisation endorses without being named: no page and no file names it.
    answer(tunis, "endorse", inside=False, outside=False)
    expect(tunis.locator("main")).to_contain_text(TUNIS)
    desk.reload()
    expect(entry(desk, KENYA)).to_have_count(1)
    expect(desk.locator("main")).not_to_contain_text(TUNIS)
    assert "1 d’accord" in numbers(desk)
    public = file_at(desk, f"{statement}public-list.txt").decode()
    assert KENYA in public
    assert not [name for name in (TUNIS, GENEVA, MONTEVIDEO) if name in public]

    # An organisation outside the coalition signs through a link that opens this statement alone.
    desk.get_by_role("link", name="Organisations extérieures").click()
    desk.fill("[name=name]", FAR)
    desk.select_option("main [name=language]", "es")
    desk.get_by_role("button", name="Créer le lien").click()
    link = desk.locator("#link").inner_text().strip()
    far = visit(viewport=PHONE, locale="en-GB", color_scheme="dark")
    assert far.goto(link).status == 200
    expect(far.locator("html")).to_have_attribute("lang", "es")
    expect(far.locator("main")).to_contain_text("el enlace")
    said = far.locator("body").inner_text()
    assert not [name for name in (KENYA, TUNIS, GENEVA, MONTEVIDEO, "Normes ouvertes", "Claire") if name in said]
    expect(far.locator("nav.sections")).to_have_count(0)
    expect(far.locator("header a")).to_have_count(0)
    assert digest in said
    assert faults(far, "co-sign") == []
    far.locator("[name=declared]").check()
    answer(far, "endorse", inside=True, outside=True)
    expect(far.get_by_role("heading", level=1)).to_have_text("Tu respuesta está registrada")
    assert faults(far, "co-signed") == []
    assert far.request.get("/").url.endswith("/account/login/?next=/")
    desk.goto(statement)
    expect(entry(desk, FAR)).to_contain_text("extérieure à la coalition")

    # AT-P2b-1: another text is another version; what was endorsed before is to be confirmed.
    desk.get_by_role("link", name="Un autre texte").click()
    desk.fill("[name=text]", SECOND)
    desk.get_by_role("button", name="Le figer et consulter de nouveau").click()
    for name in (KENYA, FAR):
        expect(entry(desk, name)).to_contain_text("à confirmer")
        expect(entry(desk, name)).to_contain_text("v1")
    mail_about(house, wanjiru, "text of a joint statement has changed", "the mail that the text changed")
    nairobi.goto(f"{statement}answer/")
    expect(nairobi.locator("main")).to_contain_text("The text has changed.")
    expect(nairobi.locator(".compare ins")).to_have_text("connu")
    answer(nairobi, "endorse", inside=True, outside=True)
    far.goto(link)
    expect(far.locator(".notice")).to_contain_text("Sobre la v1 respondiste")
    far.locator("[name=declared]").check()
    answer(far, "endorse", inside=True, outside=True)

    # AT-P2b-5: four hours before, those who are silent are reminded, and Claire copies who is missing: only names that may be shown.
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", FOUR_HOURS_BEFORE.format(key=key)],
        cwd=ROOT,
        env=house.environment(),
        check=True,
        capture_output=True,
    )
    mail_about(house, lucia, "declaración conjunta sigue esperando", "the reminder four hours before")
    assert not [mail for mail in house.mails_to(wanjiru) if "still waiting" in text_of(mail)]
    desk.goto(statement)
    desk.get_by_role("button", name="Copier la liste des absents").click()
    copied = until(lambda: desk.evaluate("navigator.clipboard.readText()"), what="what was copied")
    assert MONTEVIDEO in copied
    assert not [name for name in (TUNIS, KENYA, FAR, TITLE) if name in copied]

    # AT-P2b-6: closed, the list is locked; the same bytes each time, in each format; and the link opens nothing any more.
    desk.get_by_role("link", name="Prolonger ou clore").click()
    desk.get_by_role("button", name="Clore", exact=True).click()
    expect(desk.locator("#h-close")).to_have_text("Verrouillée")
    files = {kind: file_at(desk, f"{statement}public-list.{kind}") for kind in ("txt", "md", "docx")}
    assert {kind: file_at(nairobi, f"{statement}public-list.{kind}") for kind in files} == files
    public = files["txt"].decode()
    assert [line for line in public.splitlines() if line.startswith("- ")] == [f"- {KENYA} (example)", f"- {FAR}"]
    assert hashlib.sha256(f"{SECOND}\n".encode()).hexdigest() in public
    assert SECOND in public
    mail_about(house, lucia, "declaración conjunta se ha cerrado", "the mail that it is closed")
    unknown = far.request.get("/co-sign/nobody-has-this/")
    late = far.request.get(link)
    assert (late.status, unknown.status) == (404, 404)
    assert late.text().partition("<main")[2] == unknown.text().partition("<main")[2]

    # An observer of the coalition reads its public list now, and nothing more.
    assert file_at(observer, f"{statement}public-list.txt") == files["txt"]
    assert observer.request.get(statement).status == 404
