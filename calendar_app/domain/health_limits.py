"""From when on the health of an instance needs somebody at once: what rule RR-18 says, the page of health shows and the host is told of."""

from datetime import timedelta
from enum import StrEnum

# The longest time without a run of the clock.
SILENT_AFTER = timedelta(minutes=15)
# Of the e-mails that were settled, the largest share that was refused or given up.
REFUSED_MOST = 0.05
# The oldest a newest backup may be; one is made every day.
BACKED_UP_WITHIN = timedelta(hours=36)
# How full a disk may be.
DISK_MOST = 0.85
# How long the certificate of the site must still be valid.
CERTIFICATE_LEFT = timedelta(days=14)


class Trouble(StrEnum):
    """What leads are told of on their first page."""

    SILENT = "silent"
    REFUSED = "refused"
    BACKUP = "backup"
    DISK = "disk"
    CERTIFICATE = "certificate"
