"""The models of the admin site: an allow-list."""

from django.contrib import admin

from amnt.accounts.admin import UserAdmin
from amnt.accounts.models import User
from calendar_app.admin import DeadlineAdmin, MeetingAdmin
from calendar_app.models import Deadline, Meeting
from coalitions.admin import OrganisationAdmin
from coalitions.models import Organisation
from resolutions import admin as facts
from resolutions.models import (
    Assembly,
    Outcome,
    RegionalGroup,
    Resolution,
    Revision,
    StateSymbol,
    StudyGroup,
    StudyGroupLink,
    Topic,
    WordingRule,
)


def register_all() -> None:
    admin.site.register(User, UserAdmin)
    admin.site.register(Organisation, OrganisationAdmin)
    admin.site.register(Assembly, facts.AssemblyAdmin)
    admin.site.register(RegionalGroup, facts.RegionalGroupAdmin)
    admin.site.register(Topic, facts.TopicAdmin)
    admin.site.register(Resolution, facts.ResolutionAdmin)
    admin.site.register(Revision, facts.RevisionAdmin)
    admin.site.register(Outcome, facts.OutcomeAdmin)
    admin.site.register(StateSymbol, facts.StateSymbolAdmin)
    admin.site.register(StudyGroup, facts.StudyGroupAdmin)
    admin.site.register(StudyGroupLink, facts.StudyGroupLinkAdmin)
    admin.site.register(WordingRule, facts.WordingRuleAdmin)
    admin.site.register(Meeting, MeetingAdmin)
    admin.site.register(Deadline, DeadlineAdmin)
