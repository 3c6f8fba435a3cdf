"""Write the sample folder: `python samples/make_contoso.py [FOLDER]`.

The same bytes each time: nothing in it depends on the clock, on chance or on the machine.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(arguments: list[str] | None = None) -> None:
    """Read the description beside this script and write the folder."""
    parser = argparse.ArgumentParser(
        description="Write the organisation of contoso.yaml as saved cmdlet output."
    )
    parser.add_argument("folder", type=Path, nargs="?", default=HERE / "contoso", help="default: %(default)s")
    folder = parser.parse_args(arguments).folder

    sys.path.insert(0, str(HERE.parent))
    from samples.contoso_maker.description import load
    from samples.contoso_maker.folder import make

    make(load(HERE / "contoso.yaml"), folder)
    print(f"written: {folder}")


if __name__ == "__main__":
    main()
