"""`make run`: builds, deploys to this machine, plays a story, and stays up until Ctrl-C."""

import argparse
import errno
import os
import select
import shutil
import signal
import sys
from pathlib import Path
from typing import Any, Optional

from botocore.exceptions import BotoCoreError, ClientError

import asking
import build
import crm_set_up
import keeping
import lock
import running
import settings
import source
import story
from layout import ROOT, Layout, shown
from problem import Problem
from progress import Progress
from stack import Options, Stack

LOOK_SECONDS = 0.5
# As in the template.
MOST_WITHIN = 900
MOST_TIMES = 3600


def main() -> int:
    arguments = _arguments()
    progress = Progress()
    # Also for Ctrl-C: a shell may have set it to be ignored in what runs in the background.
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    _forget_cloud_accounts()
    ending = _Ending(progress)
    try:
        layout = _folder(arguments)
        options, fresh = _options(arguments), arguments.fresh or settings.fresh()
        held = lock.hold(layout.lock)
        # What a crash has left says where a stack was, not where one is.
        layout.endpoints.unlink(missing_ok=True)
        _put_logs_away(layout)
        model, crm = _prepare(arguments, layout, progress)
        if fresh:
            keeping.forget(layout.kept)
        kept = _kept(arguments, layout, crm, progress)
        ending.stack = stack = Stack(layout, crm, options, progress)
        ending.kept = layout.kept
        endpoints = stack.start(model)
        ending.entry = running.enter(layout)
        asking.prepare(layout, arguments.config.resolve())
        told = story.play(_story(arguments, kept), endpoints, progress)
        _stay(stack, endpoints, arguments, layout, progress)
        held.close()
        return 0 if told else 1
    except KeyboardInterrupt:
        return 0
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr, flush=True)
        return 1
    except (OSError, BotoCoreError, ClientError) as why:
        print(f"\n{_of_machine(why)}", file=sys.stderr, flush=True)
        return 1
    finally:
        ending.end()


class _Ending:
    """What is to be ended, as far as it has come."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.stack: Optional[Stack] = None
        self.kept: Optional[Path] = None
        self.entry: Optional[Path] = None

    def end(self) -> None:
        # From here on a second Ctrl-C must not leave half of the stack running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if self.entry is not None:
            self.entry.unlink(missing_ok=True)
        if self.stack is None:
            return
        print(flush=True)
        self._progress.say("ending …")
        self.stack.stop()
        self._progress.say("nothing is left running")
        if self.kept is not None:
            self._progress.say(
                f"what it knows is kept in {shown(self.kept)}; the next `make run` goes on with it, FRESH=1 forgets it"
            )


def _folder(arguments: argparse.Namespace) -> Layout:
    """The folder of this stack, which must be one that can be written."""
    folder = (arguments.state_dir or settings.state_dir()).resolve()
    what_to_do = "Give the folder of a stack, which need not exist yet: STATE_DIR=… or --state-dir …"
    if folder.exists() and not folder.is_dir():
        raise Problem(f"{shown(folder)} is a file, not the folder of a stack.", what_to_do)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "run.lock").touch()
    except OSError as why:
        raise Problem(f"{shown(folder)} cannot be written: {why.strerror}.", what_to_do) from None
    return Layout(folder)


def _put_logs_away(layout: Layout) -> None:
    """The logs of the run before stay until the run after this one."""
    if layout.logs.is_dir():
        shutil.rmtree(layout.logs_before, ignore_errors=True)
        layout.logs.replace(layout.logs_before)


def _kept(arguments: argparse.Namespace, layout: Layout, crm: source.Source, progress: Progress) -> keeping.Kept:
    """What the run before has left."""
    kept = keeping.look(layout.kept, crm)
    _story(arguments, kept)
    if kept.records:
        progress.say(kept.story)
    return kept


def _story(arguments: argparse.Namespace, kept: keeping.Kept) -> str:
    """A story begins with an empty company: what is kept is gone on with as it stands. That of the example company
    is told of no other model."""
    if not kept.records:
        usual = "default" if arguments.config.resolve() == ROOT / "config" else "own"
        return arguments.story or usual
    if arguments.story in (None, "none"):
        return "none"
    raise Problem(
        f"The story '{arguments.story}' begins with an empty company, and {shown(kept.folder)} keeps "
        f"{kept.records} records since {kept.since}.",
        f"`FRESH=1 make run STORY={arguments.story}` forgets them and plays it; without STORY= the stack goes on.",
    )


def _of_machine(why: Exception) -> Problem:
    """What the machine refused, said without a stack trace."""
    if isinstance(why, OSError) and why.errno == errno.ENOSPC:
        return Problem(f"The disk is full{_at(why)}.", "Make room and start again; what was kept before still is.")
    if isinstance(why, OSError):
        return Problem(f"This machine refused{_at(why)}: {why.strerror or why}.", "Look at its rights and its room.")
    return Problem(f"The emulator did not do what it was asked: {why}", "Read logs/emulator.log in the stack's folder.")


def _at(why: OSError) -> str:
    return f" at {shown(Path(str(why.filename)))}" if why.filename else ""


def _prepare(arguments: argparse.Namespace, layout: Layout, progress: Progress) -> tuple[Path, source.Source]:
    """The compiled model, and the source in it that the sandbox CRM stands in for."""
    if arguments.no_build:
        build.require_programs()
    else:
        with progress.step("building the functions (the first time takes minutes)"):
            build.programs()
    with progress.step(f"checking the operating model in {shown(arguments.config.resolve())}"):
        model, crm = build.model(arguments.config.resolve(), layout), source.of(arguments.config.resolve())
        crm_set_up.write(arguments.config.resolve(), crm.name, layout)
        return model, crm


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        tick=not arguments.no_tick,
        enforce_permissions=arguments.enforce_permissions,
        retry_after=arguments.retry_after,
        wait_divisor=arguments.wait_divisor,
        notices_within=arguments.notices_within,
        crm_proxy=settings.crm_proxy(),
        log_level=settings.log_level(),
    )


def _stay(
    stack: Stack, endpoints: dict[str, Any], arguments: argparse.Namespace, layout: Layout, progress: Progress
) -> None:
    if arguments.once:
        return
    print(
        f"""
  the sandbox CRM    {endpoints['crm']}
  webhooks           {endpoints['webhook_url']}
  the mailbox        {endpoints['mailbox']}
  for scripts        {shown(layout.endpoints)}
  logs               {shown(layout.logs)}/
"""
    )
    progress.say(f"ready; Ctrl-C ends everything, and what it knows is kept in {shown(layout.kept)}")
    while True:
        stack.check()
        if arguments.until_stdin_closes:
            readable, _, _ = select.select([sys.stdin], [], [], LOOK_SECONDS)
            if readable and not os.read(sys.stdin.fileno(), 1024):
                return
        else:
            select.select([], [], [], LOOK_SECONDS)


def _forget_cloud_accounts() -> None:
    """A profile of the person's shell must neither be needed nor be reached from here."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--story",
        choices=story.NAMES,
        default=os.environ.get("STORY") or None,
        help="what to play once the stack is up, in an empty company (also STORY=…; default, or own for another model than "
        "that in config/; none if something is kept)",
    )
    parser.add_argument(
        "--state-dir", type=Path, help="the stack's folder: one of its own for each (also STATE_DIR=…; .local)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget what is kept, and begin anew (also FRESH=1)")
    parser.add_argument("--config", type=Path, default=ROOT / "config", help="the operating model's folder")
    parser.add_argument("--no-build", action="store_true", help="run the programs as they were built last")
    parser.add_argument("--no-tick", action="store_true", help="without the minute tick; the caller sends its own")
    parser.add_argument(
        "--enforce-permissions", action="store_true", help="give each function only what its policies allow"
    )
    parser.add_argument(
        "--retry-after",
        type=_seconds,
        default=20,
        metavar="SECONDS",
        help="until a message is tried again whose function died",
    )
    parser.add_argument(
        "--wait-divisor",
        type=_times,
        default=10,
        metavar="TIMES",
        help="by how much shorter than in the cloud a message waits that was not handled",
    )
    parser.add_argument(
        "--notices-within",
        type=_within,
        default=0,
        metavar="SECONDS",
        help="within how long what one person is told goes in one mail (in the cloud 120); 0 for a mail of its own for each thing",
    )
    parser.add_argument("--once", action="store_true", help="end after the story")
    parser.add_argument("--until-stdin-closes", action="store_true", help="also end when standard input closes")
    arguments = parser.parse_args()
    if arguments.story not in (None, *story.NAMES):
        parser.error(f"there is no story '{arguments.story}'; there are: {', '.join(story.NAMES)}")
    return arguments


def _seconds(text: str) -> int:
    """What a queue accepts as the time for which a message is hidden."""
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 43_200:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds from 1 to 43200")
    return int(text)


def _times(text: str) -> int:
    """What the template accepts as `WaitDivisor`."""
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= MOST_TIMES:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1 to {MOST_TIMES}")
    return int(text)


def _within(text: str) -> int:
    """What the template accepts as `NoticesWithin`."""
    if not (text.isascii() and text.isdecimal()) or int(text) > MOST_WITHIN:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds from 0 to {MOST_WITHIN}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
