"""Makes the project's own Python environment. Runs on a bare Python 3.11 or later.

`python3 environment.py FOLDER LIST…` installs the pinned lists into a virtual environment,
and does nothing, without the network, when exactly these lists are installed already.
"""

import hashlib
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)


def main() -> int:
    folder, lists = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        print(f"This is Python {found}; 3.11 or later is needed. Name another one: make PYTHON3=python3.11", file=sys.stderr)
        return 1
    stamp = folder / f"installed-{'-'.join(path.stem for path in lists)}"
    wanted = _fingerprint(lists)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        stamp.touch()
        return 0
    began = time.monotonic()
    print(f"installing the pinned Python tools into {folder} (once; this needs the network) …", flush=True)
    if not (folder / "bin" / "python").exists() and not _run([sys.executable, "-m", "venv", str(folder)]):
        print("The virtual environment could not be made. On Debian and Ubuntu it needs the package python3-venv.", file=sys.stderr)
        return 1
    requirements = [part for path in lists for part in ("-r", str(path))]
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not _run(pip + requirements):
        print("The Python tools could not be installed; the reason stands above. Try again with the network up.", file=sys.stderr)
        return 1
    stamp.write_text(wanted, encoding="utf-8")
    print(f"installed in {time.monotonic() - began:.0f} s", flush=True)
    return 0


def _fingerprint(lists: list[Path]) -> str:
    digest = hashlib.sha256(".".join(str(part) for part in sys.version_info[:2]).encode())
    for path in lists:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _run(command: list[str]) -> bool:
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
