"""What packages were made of, noted beside them, so that no deployment takes them for something else."""

import hashlib
import json
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

import artefacts
from layout import FUNCTIONS, ROOT, shown
from problem import Problem

NAME = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """Of one `make package`."""

    commit: str
    """Of the checkout; empty where it is none."""
    changed: bool
    """Whether files differed from that commit."""
    model: str
    """The hash of the model's content."""
    crm: str
    """The name that the model gives the CRM: the webhook address ends with it."""
    config: str
    """Where the model was read."""
    config_digest: str
    packages: dict[str, str]
    """The SHA-256 of each."""


def write(folder: Path, config: Path, model: Path, crm: str) -> Manifest:
    """Notes what the packages in a folder were made of."""
    commit, changed = checkout()
    made = Manifest(
        commit=commit,
        changed=changed,
        model=artefacts.hash_of(model.read_bytes()),
        crm=crm,
        config=shown(config),
        config_digest=digest_of_folder(config),
        packages={name: _digest(folder / f"{name}.zip") for name in FUNCTIONS},
    )
    part = (folder / NAME).with_suffix(".part")
    part.write_text(json.dumps(asdict(made), indent=1) + "\n", encoding="utf-8")
    part.replace(folder / NAME)
    return made


def read(folder: Path, arch: str) -> Manifest:
    """What the packages in a folder were made of. Raises if that cannot be said of them any more."""
    again = f"Run `make package ARCH={arch}` again, with the CONFIG that is to be deployed."
    missing = [name for name in FUNCTIONS if not (folder / f"{name}.zip").is_file()]
    if missing:
        raise Problem(f"Not packaged for {arch} yet: {', '.join(missing)}.", f"Run `make package ARCH={arch}`.")
    try:
        made = Manifest(**json.loads((folder / NAME).read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError) as why:
        raise Problem(f"The packages for {arch} do not say what they were made of ({why}).", again) from why
    other = [name for name in FUNCTIONS if made.packages.get(name) != _digest(folder / f"{name}.zip")]
    if other:
        raise Problem(f"These packages are not those that were made together with the others: {', '.join(other)}.", again)
    return made


def require_current(made: Manifest, arch: str) -> None:
    """Refuses packages of another commit or another model than what stands in the folders here: whoever deploys
    believes to deploy what they see."""
    again = f"`make package ARCH={arch}`, then deploy; or check out what the packages were made of."
    commit, _ = checkout()
    if made.commit and commit and made.commit != commit:
        raise Problem(f"The packages were made of commit {made.commit[:12]}, and this is commit {commit[:12]}.", again)
    config = ROOT / made.config
    if not config.is_dir() or digest_of_folder(config) != made.config_digest:
        raise Problem(
            f"The model in {made.config} is another than when the packages were made: theirs is revision {made.model}.", again
        )


def digest_of_folder(folder: Path) -> str:
    """A digest of the names and contents of a model's files; scenarios and schemas are none."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] not in ("scenarios", "schema") and path.suffix != ".md":
            digest.update(str(name).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def checkout() -> tuple[str, bool]:
    """The commit of the project's folder, and whether files differ from it; nothing where there is no Git."""
    commit = _git("rev-parse", "HEAD")
    return commit, bool(commit and _git("status", "--porcelain", "--untracked-files=no"))


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
