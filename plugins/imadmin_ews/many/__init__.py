"""`imadmin probe --all | --sample N | --resume RUN`: the mailboxes of the organisation, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.commands import recorded
from imadmin_ews.reachable import ews_probed_mailbox

from .asking import ask_all
from .causes import counts_of, exit_status, grouped
from .places import examined, places_of
from .report import write
from .result import Result
from .wanted import Wanted

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from imadmin_ews.command.targets import ReportTarget

__all__ = ["probe_many"]


def probe_many(options: Namespace, targets: Sequence[ReportTarget]) -> int:
    """Ask for the mailboxes, journaled as they answer, and tell what came of them by cause."""
    with recorded(options, options.resume or "") as run:
        places = places_of(run.access, options.endpoint)
        wanted = Wanted(run, places, options.sample)
        places = [examined(place, wanted.first(place), run, options.user_agent) for place in places]
        ask_all(run, wanted, places)
        causes = grouped(run.subjects.all(run.id))
        status = exit_status(causes)
        run.end(ews_probed_mailbox, counts_of(causes), [cause.finding for cause in causes], status)
        run.progress.stop()
        write(Result(run.id, status, tuple(places), tuple(causes), run.subjects), targets)
    return status
