"""What the example coalition asked of the last assembly, and how it judges what that decided. Opinions are invented; outcomes are facts."""

from datetime import UTC, datetime, time, timedelta

from amnt.accounts.models import User
from amnt.demo.contacts import build_past_contacts
from amnt.demo.people_data import LEAD, MEMBER, SECOND_LEAD
from amnt.demo.submission_ids import submission
from coalitions.models import Circle, Position, ReportLine, Verdict
from coalitions.outcomes.services.followers import follow_group
from coalitions.outcomes.services.verdicts import give_verdict
from coalitions.positions.services.positions import take_position
from resolutions.models import Assembly, Resolution, StudyGroupLink

# By number: the position and its words, then the verdict and why; none where somebody still has to judge.
ASKED = (
    (
        47,
        "current-text",
        "Example: the text is enough. Names of countries need no new rule.",
        "no-change",
        "Example: nothing was added to it.",
    ),
    (48, "with-changes", "Example: name the communities who use the names.", "partly", "Example: users are named, communities are not."),
    (70, "support", "Example: keep the clause on accessible documents.", "obtained", "Example: the clause stands, in our wording."),
    (73, "oppose-unless", "Example: no measuring of single persons.", "not", "Example: our words are not in the text that was adopted."),
    (75, "current-text", "Example: civil society is named, and should stay so.", "", ""),
)
BEFORE, AFTER = timedelta(days=21), timedelta(days=9)


def build_outcomes(circle: Circle, people: dict[str, User]) -> None:
    assembly = Assembly.objects.current_and_last()[1]
    if assembly is None or assembly.ends_on is None:
        return
    end = datetime.combine(assembly.ends_on, time(12), UTC)
    found = {each.number: each for each in Resolution.objects.of_assembly().filter(number__in=[row[0] for row in ASKED])}
    for number, stance, words, result, why in ASKED:
        if (resolution := found.get(number)) is None:
            continue
        key = f"{assembly.code}/{number}"
        asked = submission(f"asked/{key}")
        position = take_position(resolution, circle=circle, stance=stance, words=words, by=people[SECOND_LEAD], submission=asked)
        Position.objects.filter(pk=position.pk).update(at=end - BEFORE)
        if result:
            judged = submission(f"verdict/{key}")
            verdict = give_verdict(resolution, assembly, circle=circle, result=result, words=why, by=people[LEAD], submission=judged)
            Verdict.objects.filter(pk=verdict.pk).update(at=end + AFTER)
    build_past_contacts(assembly, circle, people)
    release_some(assembly, circle, people)
    followed = StudyGroupLink.objects.filter(resolution__in=found.values()).in_order().first()
    if followed:
        follow_group(followed.resolution, followed.study_group, coalition=circle.coalition, by=people[MEMBER])


def release_some(assembly: Assembly, circle: Circle, people: dict[str, User]) -> None:
    """Of the first verdict, lines that two leads released for the public report; of the second, lines that wait for one of them."""
    for verdict in Verdict.objects.filter(circle=circle, assembly=assembly).order_by("pk")[:2]:
        about = {"coalition": circle.coalition, "assembly": assembly, "resolution": verdict.resolution, "part": ReportLine.Part.WHY}
        if not ReportLine.objects.standing().filter(**about).exists():
            line = ReportLine.objects.create(**about, text=verdict.words, proposed_by=people[LEAD])
            if verdict.result == Verdict.Result.NO_CHANGE:
                ReportLine.objects.filter(pk=line.pk).update(released_by=people[SECOND_LEAD], released_at=line.proposed_at)
