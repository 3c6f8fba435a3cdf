"""What a plugin's command works with: a deployment's options, a session, and the terminal."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from imadmin.cli.edge import put
from imadmin.cli.options import add_format, add_target, target_of
from imadmin.cli.output import say
from imadmin.cli.progress import WORDS
from imadmin.cli.recorded import Recorded, recorded
from imadmin.exits import FINDINGS, INCOMPLETE, OK
from imadmin.home import written
from imadmin.reports.people_csv import guarded
from imadmin.reports.safe import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from imadmin.access import Access

__all__ = [
    "FINDINGS",
    "INCOMPLETE",
    "OK",
    "WORDS",
    "Recorded",
    "add_format",
    "add_target",
    "guarded",
    "one_line",
    "opened",
    "put",
    "recorded",
    "say",
    "written",
]


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Access]:
    """Open what the options of `add_target` name: the deployment's shells and endpoints.

    Passwords that are to be typed are asked for here, where Ctrl-C is heard.

    Raises:
        UsageError: the options name nothing, or two things.
        ConfigError: the deployment file is not what it should be.
    """
    from imadmin.session import open_session

    with target_of(options) as target, open_session(replace(target, judged=False)) as session:
        session.access.prompted()
        yield session.access
