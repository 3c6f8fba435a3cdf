"""`python -m imadmin`, for where the command is not on the path."""

import sys

from imadmin.cli import main

sys.exit(main())
