"""A certificate for one run of `make bench`, so that the first call of a cloud service is measured
as it is in the cloud: with a TLS handshake."""

import shutil
import ssl
import subprocess
from pathlib import Path
from typing import Optional


def certificate(folder: Path) -> Optional[Path]:
    """A certificate for 127.0.0.1 with its key, in one file; None where there is no openssl."""
    if shutil.which("openssl") is None:
        return None
    key, made = folder / "key.pem", folder / "certificate.pem"
    asked = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "1", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
        "-keyout", str(key), "-out", str(made),
    ]  # fmt: skip
    if subprocess.run(asked, capture_output=True, check=False).returncode != 0:
        return None
    both = folder / "both.pem"
    both.write_text(key.read_text() + made.read_text(), encoding="utf-8")
    return both


def context(both: Path) -> ssl.SSLContext:
    """What a server needs to answer with this certificate."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(both)
    return made
