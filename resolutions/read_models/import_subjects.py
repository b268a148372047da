"""What imports were about, to tell them apart in a list."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import F

from amnt.core.languages import TextLanguage
from resolutions.models import ImportJob, ProposalEvent, short_name

NAMED = 3


@dataclass
class ImportSubject:
    """The short names of the resolutions it proposes on, by number, and the languages of its documents."""

    names: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)

    @property
    def named(self) -> list[str]:
        return self.names[:NAMED]

    @property
    def more(self) -> int:
        return max(0, len(self.names) - NAMED)


def subjects_of(jobs: Collection[ImportJob]) -> dict[int, ImportSubject]:
    """By key of the job, of jobs that the reader may see. One query."""
    events = ProposalEvent.objects.filter(job__in=[job.pk for job in jobs])
    rows = events.values_list(
        "job",
        "proposal__resolution__number",
        "proposal__resolution__label",
        "proposal__resolution__series",
        "proposal__contribution__language",
    )
    found = {job.pk: ImportSubject() for job in jobs}
    in_order = rows.order_by(F("proposal__resolution__number").asc(nulls_last=True), "proposal__resolution__label")
    for pk, number, label, series, language in in_order.distinct():
        subject = found[pk]
        for said, all_said in ((short_name(number, label, series), subject.names), (language, subject.languages)):
            if said and said not in all_said:
                all_said.append(said)
    for subject in found.values():
        subject.languages = [str(TextLanguage(language).label) for language in subject.languages]
    return found
