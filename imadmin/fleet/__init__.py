"""Network work on many subjects: side by side, bounded, patient with servers, and ended when told to.

lane = Lane("onprem", "acme.probing:ask", client, addresses, {"mail.contoso.com": 16, "svc": 8})
with Fleet([lane]) as fleet:
    for result in fleet:
        print(result.subject, result.value or result.why_not)

`acme.probing:ask` is `ask(client, address) -> Answer`. What an answer tells of the server beyond its subject
(`Busy`, `Down`, `Silent`, `Refused`) decides what becomes of the others.
"""

from imadmin.fleet.fleet import Fleet
from imadmin.fleet.records import Answer, Busy, Down, Lane, Progress, Refused, Result, Silent, Trouble

__all__ = ["Answer", "Busy", "Down", "Fleet", "Lane", "Progress", "Refused", "Result", "Silent", "Trouble"]
