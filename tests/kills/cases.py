"""For each operation of the first-party plugins: how it is applied, in which organisation, to what end."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CASES", "Case"]

A, B = "probe-a@contoso.com", "probe-b@contoso.com"
LEFT = "imadmin test 0123456789abcdef"


@dataclass(frozen=True)
class Case:
    """An operation as it is tried.

    Attributes:
        scenario: of the lab.
        parameters: of `imadmin apply OPERATION`.
        mail: that is there before: sender, recipient, subject.
        sends: how many messages may arrive at most.
        alters: whether it changes objects that cmdlets show.
    """

    operation: str
    scenario: str
    parameters: tuple[str, ...]
    mail: tuple[tuple[str, str, str], ...] = ()
    sends: int = 0
    alters: bool = True

    @property
    def arguments(self) -> list[str]:
        """Of the command line, but for the deployment."""
        pairs = [word for pair in self.parameters for word in ("-p", pair)]
        return ["apply", self.operation, *pairs, "--yes"]


CASES = {
    case.operation: case
    for case in (
        Case("test-send", "healthy", (f"sender={A}", f"recipient={B}", "wait=5"), sends=1, alters=False),
        Case(
            "cleanup",
            "healthy",
            ("minutes=0",),
            mail=((A, B, f"m ({LEFT})"), (B, A, f"n ({LEFT})")),
            alters=False,
        ),
        Case("note-drafts", "healthy", (), mail=((A, B, "m"),), alters=False),
        Case("enable-offline-im", "offline-im-off-globally", ("identity=Global",)),
        Case("disable-offline-im", "healthy", ("identity=Global",)),
        Case("allow-auto-archiving", "archiving-off-by-tag", ("policy=Tag:Legal",)),
        Case("note-drafts", "drafts-filling", ()),
        Case("allow-ews", "ews-disabled-mailbox", ("mailbox=daniel.okafor@contoso.com",)),
    )
}
