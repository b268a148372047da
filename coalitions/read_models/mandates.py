"""The organisations of a coalition and who answers for them."""

from dataclasses import dataclass, field

from amnt.accounts.models import User
from coalitions.models import Coalition, Mandate, Membership, NamingDefault, Organisation


@dataclass
class OrganisationMandates:
    """
    mandates -- of those who answer for it and whom this reader may see
    own -- the mandate of the reader, if any; naming -- where it may be named, for whoever answers for it
    """

    organisation: Organisation
    mandates: list[Mandate] = field(default_factory=list)
    own: Mandate | None = None
    naming: str = ""


def organisations_and_mandates(coalition: Coalition, *, seen_by: User, leads: bool) -> list[OrganisationMandates]:
    """Those of the people this reader may see, by name; those nobody answers for first, for leads. Three queries."""
    people = Membership.objects.visible_to(seen_by).filter(coalition=coalition).exclude(organisation=None)
    rows: dict[int, OrganisationMandates] = {}
    for membership in people.working().select_related("organisation").order_by("organisation__name", "pk"):
        organisation = membership.organisation
        if organisation and (leads or membership.user_id == seen_by.pk):
            rows.setdefault(organisation.pk, OrganisationMandates(organisation))
    found = Mandate.objects.visible_to(seen_by).filter(membership__coalition=coalition, organisation__in=rows)
    for mandate in found.select_related("membership__user", "organisation").order_by("given_at", "pk"):
        row = rows[mandate.organisation_id]
        row.mandates.append(mandate)
        if mandate.membership.user_id == seen_by.pk:
            row.own = mandate
    said = NamingDefault.objects.visible_to(seen_by).filter(coalition=coalition, organisation__in=rows)
    for default in said:
        rows[default.organisation_id].naming = default.get_naming_display()
    return sorted(rows.values(), key=lambda row: bool(row.mandates))
