"""Closing a client from another thread ends what is being asked, however far it has come."""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from imadmin.ews.budget import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.ews import EwsClient

    from .conftest import Lab

ANNA = "anna@contoso.com"
PATIENCE = 30
"""Seconds; the deadline of the questions is far beyond."""


class Asking(threading.Thread):
    """Asks for a mailbox, and keeps what is raised."""

    def __init__(self, client: EwsClient) -> None:
        super().__init__()
        self.client = client
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self.client.look(ANNA)
        except Exception as error:  # noqa: BLE001 - looked at by the test
            self.error = error

    def wait_until(self, stage: Stage) -> None:
        while self.is_alive():
            budgets = self.client._transport._lanes._busy.values()
            if any(budget.stage is stage for budget in list(budgets)):
                return
        raise AssertionError(f"it ended before {stage}: {self.error}")


def assert_ended(*asking: Asking) -> None:
    for one in asking:
        one.join(PATIENCE)
        assert not one.is_alive()
        assert isinstance(one.error, ValueError)
        assert str(one.error) == "the EWS client is closed"


@pytest.mark.parametrize(
    ("fault", "stage"),
    [("stall", Stage.ANSWER), ("handshake-stalled", Stage.HANDSHAKE), ("drip", Stage.ANSWER)],
)
def test_a_server_that_keeps_one_waiting(lab: Lab, fault: str, stage: Stage) -> None:
    lab.spoil(fault, before_login=True, seconds=600.0)
    asking = Asking(lab.client(deadline=600.0))
    asking.wait_until(stage)
    asking.client.close()
    assert_ended(asking)


def test_those_who_wait_for_a_connection(lab: Lab) -> None:
    lab.spoil("stall", before_login=True)
    client = lab.client(deadline=600.0, connections=1)
    asking = [Asking(client) for _ in range(4)]
    asking[0].wait_until(Stage.ANSWER)
    client.close()
    assert_ended(*asking)


@pytest.fixture
def crowded() -> Iterator[int]:
    """A port where connections hang: its queue is full, and nobody takes any out."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(16):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)  # noqa: FBT003 - its only argument
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses")
def test_a_connection_that_hangs(lab: Lab, crowded: int) -> None:
    client = lab.client(endpoint=f"https://127.0.0.1:{crowded}/EWS/Exchange.asmx", deadline=600.0)
    asking = Asking(client)
    asking.wait_until(Stage.CONNECTION)
    client.close()
    assert_ended(asking)
