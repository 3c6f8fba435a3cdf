"""Collecting: what the facts need of a deployment, saved in a folder that `--from` judges anywhere.

    with open_session(Target.of("imadmin.yaml")) as session:
        collect(session, Path("saved"))

Of each object only the properties that some fact reads are written: what nobody needs should not travel.
"""

from imadmin.collect.collection import Collection, collect
from imadmin.collect.outputs import Saved
from imadmin.collect.script import script
from imadmin.collect.wanted import wanted

__all__ = ["Collection", "Saved", "collect", "script", "wanted"]
