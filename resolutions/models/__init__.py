from amnt.core.languages import TextLanguage
from resolutions.models.assemblies import Assembly, RegionalGroup, RegionWatch
from resolutions.models.comparisons import KeptComparison, KeptComparisonPage
from resolutions.models.contributions import (
    Contribution,
    Proposal,
    ProposalEvent,
    ProposedClause,
    StateSymbol,
    number_readers,
    readable_by,
)
from resolutions.models.facts import ENDS_BEFORE_IT_STARTS, FROM_MEMORY, DateStatus, Fact, Reference
from resolutions.models.hints import WordingRule
from resolutions.models.import_jobs import ImportJob, job_readers
from resolutions.models.resolutions import (
    SAID_SERIES,
    Outcome,
    Resolution,
    Revision,
    Series,
    StudyGroup,
    StudyGroupLink,
    Topic,
    Watch,
    short_name,
)
from resolutions.models.texts import Clause, ClauseKind, ClauseText, Part, RevisionText
from resolutions.models.uploads import Upload

__all__ = [
    "ENDS_BEFORE_IT_STARTS",
    "FROM_MEMORY",
    "SAID_SERIES",
    "Assembly",
    "Clause",
    "ClauseKind",
    "ClauseText",
    "Contribution",
    "DateStatus",
    "Fact",
    "ImportJob",
    "KeptComparison",
    "KeptComparisonPage",
    "Outcome",
    "Part",
    "Proposal",
    "ProposalEvent",
    "ProposedClause",
    "Reference",
    "RegionWatch",
    "RegionalGroup",
    "Resolution",
    "Revision",
    "RevisionText",
    "Series",
    "StateSymbol",
    "StudyGroup",
    "StudyGroupLink",
    "TextLanguage",
    "Topic",
    "Upload",
    "Watch",
    "WordingRule",
    "job_readers",
    "number_readers",
    "readable_by",
    "short_name",
]
