"""`make run`: builds, deploys to this machine, plays a story, and stays up until Ctrl-C."""

import argparse
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any, Optional

import asking
import build
import lock
import source
import story
from layout import ROOT, Layout, shown
from problem import Problem
from progress import Progress
from stack import Options, Stack

LOOK_SECONDS = 0.5


def main() -> int:
    arguments = _arguments()
    layout = Layout(arguments.state_dir.resolve())
    progress = Progress()
    # Also for Ctrl-C: a shell may have set it to be ignored in what runs in the background.
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    _forget_cloud_accounts()
    stack: Optional[Stack] = None
    try:
        held = lock.hold(layout.lock)
        # What a crash has left says where a stack was, not where one is.
        layout.endpoints.unlink(missing_ok=True)
        model, crm = _prepare(arguments, layout, progress)
        stack = Stack(layout, crm, _options(arguments), progress)
        endpoints = stack.start(model)
        asking.prepare(layout, arguments.config.resolve())
        told = story.play(arguments.story, endpoints, progress)
        _stay(stack, endpoints, arguments, layout, progress)
        held.close()
        return 0 if told else 1
    except KeyboardInterrupt:
        return 0
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr, flush=True)
        return 1
    finally:
        _end(stack, progress)


def _prepare(arguments: argparse.Namespace, layout: Layout, progress: Progress) -> tuple[Path, source.Source]:
    """The compiled model, and the source in it that the sandbox CRM stands in for."""
    if arguments.no_build:
        build.require_programs()
    else:
        with progress.step("building the functions (the first time takes minutes)"):
            build.programs()
    with progress.step(f"checking the operating model in {shown(arguments.config.resolve())}"):
        model = build.model(arguments.config.resolve(), layout)
        return model, source.of(arguments.config.resolve())


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        tick=not arguments.no_tick,
        enforce_permissions=arguments.enforce_permissions,
        retry_after=arguments.retry_after,
        crm_proxy=os.environ.get("CRM_PROXY", "").rstrip("/") or None,
        log_level=os.environ.get("FAIRLEAD_LOG", "info"),
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
    progress.say("ready; Ctrl-C ends everything")
    while True:
        stack.check()
        if arguments.until_stdin_closes:
            readable, _, _ = select.select([sys.stdin], [], [], LOOK_SECONDS)
            if readable and not os.read(sys.stdin.fileno(), 1024):
                return
        else:
            select.select([], [], [], LOOK_SECONDS)


def _end(stack: Optional[Stack], progress: Progress) -> None:
    # From here on a second Ctrl-C must not leave half of the stack running.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if stack is not None:
        print(flush=True)
        progress.say("ending …")
        stack.stop()
        progress.say("nothing is left running")


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
        default=os.environ.get("STORY") or "default",
        help="what to play once the stack is up (also STORY=…)",
    )
    parser.add_argument("--state-dir", type=Path, default=ROOT / ".local", help="a stack of its own needs a folder of its own")
    parser.add_argument("--config", type=Path, default=ROOT / "config", help="the operating model's folder")
    parser.add_argument("--no-build", action="store_true", help="run the programs as they were built last")
    parser.add_argument("--no-tick", action="store_true", help="without the minute tick; the caller sends its own")
    parser.add_argument(
        "--enforce-permissions", action="store_true", help="give each function only what its policies allow"
    )
    parser.add_argument(
        "--retry-after", type=int, default=20, metavar="SECONDS", help="until a message that failed is tried again"
    )
    parser.add_argument("--once", action="store_true", help="end after the story")
    parser.add_argument("--until-stdin-closes", action="store_true", help="also end when standard input closes")
    arguments = parser.parse_args()
    if arguments.story not in story.NAMES:
        parser.error(f"there is no story '{arguments.story}'; there are: {', '.join(story.NAMES)}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
