"""A real message between probe mailboxes: the proof of the stages ews and delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin import Check, Fact, Operation


@hookimpl
def imadmin_facts() -> Iterable[Fact]:
    """`test_sends`."""
    from .judgement import test_sends

    return [test_sends]


@hookimpl
def imadmin_checks() -> Iterable[Check]:
    """What came of the latest test sends."""
    from .judgement import delivery_test_send

    return [delivery_test_send]


@hookimpl
def imadmin_operations() -> Iterable[Operation]:
    """`test-send` and `cleanup`."""
    from .cleanup import CLEANUP
    from .test_send import TEST_SEND

    return [TEST_SEND, CLEANUP]
