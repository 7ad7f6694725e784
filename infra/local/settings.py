"""What the environment says to `make run`, looked at before anything starts."""

import os
from pathlib import Path
from typing import Optional
from urllib.parse import urlsplit

from layout import ROOT
from problem import Problem

LOG_LEVELS = ("error", "warn", "info", "debug", "trace")


def state_dir() -> Path:
    """The folder of this stack."""
    named = os.environ.get("STATE_DIR", "")
    return Path(named).expanduser() if named else ROOT / ".local"


def fresh() -> bool:
    """Whether what is kept is to be forgotten."""
    return _yes("FRESH")


def crm_proxy() -> Optional[str]:
    """By which address the functions call the CRM, if not by its own."""
    named = os.environ.get("CRM_PROXY", "")
    if not named:
        return None
    try:
        parts = urlsplit(named)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        good = good and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        good = False
    if not good or any(letter.isspace() for letter in named):
        raise Problem(
            f"CRM_PROXY is '{named}', which is no address.",
            "Write it in full, such as http://127.0.0.1:9000, or leave it out: then the CRM is called itself.",
        )
    return named.rstrip("/")


def log_level() -> str:
    """The level of the functions' logs, or several by module: `info,engine=debug`."""
    named = os.environ.get("FAIRLEAD_LOG", "") or "info"
    for part in named.split(","):
        module, _, level = part.rpartition("=")
        if level not in LOG_LEVELS or ("=" in part and not module.replace("_", "").replace(":", "").isalnum()):
            raise Problem(
                f"FAIRLEAD_LOG is '{named}', and '{part}' is no level.",
                f"Choose one of {', '.join(LOG_LEVELS)}, for one module as in info,engine=debug; or leave it out.",
            )
    return named


def _yes(name: str) -> bool:
    named = os.environ.get(name, "").lower()
    if named in ("", "0", "no", "false"):
        return False
    if named in ("1", "yes", "true"):
        return True
    raise Problem(f"{name} is '{named}'.", f"Write {name}=1 or leave it out.")
