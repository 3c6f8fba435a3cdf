"""EWS: what a probe costs beside exchangelib and requests, how many a second, and what they leave behind.

All ask the same server, in a process of its own, over the same TLS, for the same folder by the same SOAP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.ews import cost, crowd, remains
from bench.ews.serving import served

if TYPE_CHECKING:
    import argparse

LATENCY = 20  # milliseconds


def report(options: argparse.Namespace) -> bool:
    """Print the tables; whether all goals are reached."""
    with served(0) as place:
        goals = [cost.report(place, options.rounds)]
    with served(LATENCY) as place:
        goals.append(crowd.report(place, options.rounds, LATENCY))
    with served(0) as place:
        goals.append(remains.report(place, options.mailboxes))
    return all(goals)
