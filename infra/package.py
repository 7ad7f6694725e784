"""`make package`: builds the functions for the cloud and puts each, with the model, into a zip file."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "local"))

import build  # noqa: E402
import manifest  # noqa: E402
import packages  # noqa: E402
import source  # noqa: E402
from layout import FUNCTIONS, ROOT, Layout, shown  # noqa: E402
from problem import Problem  # noqa: E402

LARGEST_MEGABYTES = 3.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", choices=("arm64", "x86_64"), default="arm64")
    parser.add_argument("--config", type=Path, default=ROOT / "config")
    arguments = parser.parse_args()
    try:
        config = arguments.config.resolve()
        model = build.model(config, Layout(ROOT / ".local"))
        crm = source.of(config)
        _compile(arguments.arch)
        code = _pack(arguments.arch, model)
        # The deployment tells the CRM's webhook address, and that is of the model in these packages.
        made = manifest.write(packages.distribution(arguments.arch), config, model, crm.name)
        of = f"commit {made.commit[:12]}{' and changes to it' if made.changed else ''}, " if made.commit else ""
        print(f"  of {of}revision {made.model} of the model")
        return code
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


def _compile(arch: str) -> None:
    """All functions in one call, for the C library of Amazon Linux 2023, whatever this machine has."""
    tools = Path(sys.executable).parent
    env = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"}
    wanted = [part for name in FUNCTIONS for part in ("-p", f"{name}-lambda")]
    flag = "--arm64" if arch == "arm64" else "--x86-64"
    # One folder for each architecture: cargo-lambda names its results by function only.
    command = ["cargo", "lambda", "build", "--release", flag, "--lambda-dir", str(_built(arch)), *wanted]
    if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode != 0:
        raise Problem("The functions were not built; the reason stands above.", "Fix it and run `make package` again.")


def _pack(arch: str, model: Path) -> int:
    folder = packages.distribution(arch)
    folder.mkdir(parents=True, exist_ok=True)
    too_large = []
    print(f"\n  {'function':<18}{'zipped':>10}")
    for name in FUNCTIONS:
        archive = folder / f"{name}.zip"
        packages.pack(_built(arch) / name / "bootstrap", model, archive, compress=True)
        megabytes = archive.stat().st_size / 1e6
        print(f"  {name:<18}{megabytes:>7.2f} MB")
        if megabytes > LARGEST_MEGABYTES:
            too_large.append(name)
    print(f"\n  in {shown(folder)}")
    if too_large:
        print(f"  larger than {LARGEST_MEGABYTES} MB: {', '.join(too_large)}", file=sys.stderr)
    return 1 if too_large else 0


def _built(arch: str) -> Path:
    return ROOT / "target" / "lambda" / arch


if __name__ == "__main__":
    sys.exit(main())
