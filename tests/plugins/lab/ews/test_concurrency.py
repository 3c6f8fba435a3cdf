"""Many clients at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

THREADS = 16
EACH = 5


def test_sixteen_senders(client: Any, anna: Any) -> None:
    def send(number: int) -> None:
        sender = client.account(("bert", "carl")[number % 2] + "@contoso.com")
        for one in range(EACH):
            client.send(sender, "anna@contoso.com", subject=f"{number}-{one}")

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, range(THREADS)))
    subjects = sorted(anna.inbox.all().values_list("subject", flat=True))
    assert subjects == sorted(f"{number}-{one}" for number in range(THREADS) for one in range(EACH))
    assert anna.inbox.refresh().total_count == THREADS * EACH


def test_readers_see_whole_answers_while_others_write(client: Any, anna: Any) -> None:
    def write(number: int) -> None:
        anna.bulk_create(anna.drafts, [client.Message(subject=f"{number}-{one}") for one in range(10)])

    def read(_: int) -> int:
        return len(list(anna.drafts.all().only("subject")))

    _ = anna.drafts.name
    with ThreadPoolExecutor(THREADS) as pool:
        written = [pool.submit(write, number) for number in range(8)]
        counts = list(pool.map(read, range(20)))
        [one.result() for one in written]
    assert all(count % 10 == 0 for count in counts)
    assert read(0) == 80
