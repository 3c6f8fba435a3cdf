"""Saying whether goals are reached."""

from __future__ import annotations


def told(goals: dict[str, bool]) -> bool:
    """Print each goal; whether all are reached."""
    for goal, reached in goals.items():
        print(f"{'reached' if reached else 'MISSED'}: {goal}")
    print()
    return all(goals.values())
