"""Puts each function's program and the model into a zip file, the same bytes for the same content."""

import hashlib
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

from layout import FUNCTIONS, ROOT, Layout, binary
from problem import Problem

# The format has no time zone and begins in 1980; a fixed time keeps equal content equal.
_TIMELESS = (1980, 1, 1, 0, 0, 0)

def distribution(arch: str) -> Path:
    """Where the packages for the cloud lie."""
    return ROOT / ".local" / "dist" / arch


def pack(program: Path, model: Path, archive: Path, *, compress: bool) -> None:
    """Writes one function's package: `bootstrap` and `model.artefact`."""
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    part = archive.with_suffix(".part")
    with zipfile.ZipFile(part, "w", method) as out:
        for name, source, mode in (("bootstrap", program, 0o755), ("model.artefact", model, 0o644)):
            out.writestr(_entry(name, mode, method), source.read_bytes())
    part.replace(archive)


def _entry(name: str, mode: int, method: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIMELESS)
    entry.external_attr = (0o100000 | mode) << 16
    entry.compress_type = method
    return entry


def pack_model(model: Path, archive: Path) -> None:
    """Writes a model alone, as a layer: the functions find it as `/opt/model.artefact`."""
    part = archive.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(_entry("model.artefact", 0o644, zipfile.ZIP_DEFLATED), model.read_bytes())
    part.replace(archive)


def pack_all(layout: Layout, model: Path) -> dict[str, Path]:
    """Packs every function for the local stack, skipping those whose parts are unchanged."""
    archives = {}
    for name in FUNCTIONS:
        program = binary(name)
        if not program.is_file():
            raise Problem(f"{name} has not been built.", "Run `cargo build --workspace --bins`.")
        archive = layout.package / f"{name}.zip"
        stamp = layout.package / f"{name}.stamp"
        parts = _parts(program, model)
        if not (archive.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == parts):
            slim = layout.package / f"{name}.bootstrap"
            _without_debug_symbols(program, slim)
            # Stored, not compressed: the emulator is on this machine and time is what counts.
            pack(slim, model, archive, compress=False)
            slim.unlink()
            stamp.write_text(parts, encoding="utf-8")
        archives[name] = archive
    return archives


def prefix(archives: dict[str, Path]) -> str:
    """A key prefix that changes when any package does, so that an update replaces the code."""
    digest = hashlib.sha256()
    for name in sorted(archives):
        digest.update(name.encode())
        digest.update(hashlib.sha256(archives[name].read_bytes()).digest())
    return digest.hexdigest()[:16]


def _parts(program: Path, model: Path) -> str:
    seen = program.stat()
    return json.dumps([seen.st_size, seen.st_mtime_ns, hashlib.sha256(model.read_bytes()).hexdigest()])


def _without_debug_symbols(program: Path, slim: Path) -> None:
    """A debug build is mostly symbols that nothing here reads; where `strip` is missing they stay."""
    strip = shutil.which("strip")
    if strip:
        done = subprocess.run([strip, "-o", str(slim), str(program)], capture_output=True, check=False)
        if done.returncode == 0:
            return
    shutil.copyfile(program, slim)
