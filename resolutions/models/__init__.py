from resolutions.models.assemblies import Assembly, RegionalGroup, RegionWatch
from resolutions.models.facts import DateStatus, Fact, Reference
from resolutions.models.resolutions import Outcome, Resolution, Revision, Topic, Watch, short_name

__all__ = [
    "Assembly",
    "DateStatus",
    "Fact",
    "Outcome",
    "Reference",
    "RegionWatch",
    "RegionalGroup",
    "Resolution",
    "Revision",
    "Topic",
    "Watch",
    "short_name",
]
