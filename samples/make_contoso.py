"""Write the sample folder: `python samples/make_contoso.py [FOLDER]`.

It holds what the cmdlets of the lab's scenario contoso give. The same bytes each time: nothing in it depends
on the clock, on chance or on the machine.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from imadmin_lab.scenario import read_scenario
from imadmin_lab.scenario.saving import save

HERE = Path(__file__).resolve().parent


def main(arguments: list[str] | None = None) -> None:
    """Save what the scenario's cmdlets give."""
    parser = argparse.ArgumentParser(description="Write the lab's scenario contoso as saved cmdlet output.")
    parser.add_argument("folder", type=Path, nargs="?", default=HERE / "contoso", help="default: %(default)s")
    folder = parser.parse_args(arguments).folder
    save(read_scenario("contoso"), folder)
    print(f"written: {folder}")


if __name__ == "__main__":
    main()
