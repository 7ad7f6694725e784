"""Ports on 127.0.0.1. Chosen by the system, unless FAIRLEAD_PORTS names the first of three."""

import os
import socket
from typing import NamedTuple

from problem import Problem


class Ports(NamedTuple):
    """Each part of a stack has one."""

    front_door: int
    crm: int
    emulator: int


def choose() -> Ports:
    """Three free ports. The choice can be lost to another program before it is used."""
    base = os.environ.get("FAIRLEAD_PORTS", "")
    wanted = [0, 0, 0]
    if base:
        if not (base.isascii() and base.isdecimal()) or not 1024 <= int(base) <= 65533:
            raise Problem(
                f"FAIRLEAD_PORTS is '{base}'.",
                "Give the first of three ports, from 1024 to 65533, or leave it out.",
            )
        wanted = [int(base) + offset for offset in range(3)]
    held = []
    try:
        for port in wanted:
            held.append(_bind(port))
        return Ports(*(taken.getsockname()[1] for taken in held))
    finally:
        for taken in held:
            taken.close()


def _bind(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("127.0.0.1", port))
    except OSError:
        bound.close()
        raise Problem(
            f"Port {port} on 127.0.0.1 is taken.",
            "Choose another start with FAIRLEAD_PORTS, or leave it out for free ones.",
        ) from None
    return bound
