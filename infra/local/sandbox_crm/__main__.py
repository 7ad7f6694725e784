"""Lets the folder be started both as `-m sandbox_crm` and by its path."""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from sandbox_crm.main import main

sys.exit(main())
