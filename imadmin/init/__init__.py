"""The way in: a commented `imadmin.yaml` from a few answers."""

from imadmin.init.answers import Answers, address
from imadmin.init.interview import interview
from imadmin.init.template import template
from imadmin.init.writing import write_deployment

__all__ = ["Answers", "address", "interview", "template", "write_deployment"]
