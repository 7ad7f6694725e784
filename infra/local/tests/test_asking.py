"""Commands are asked of the stack that runs, in the folder where its model is `config/`."""

import contextlib
import io
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import asking
from layout import ROOT, Layout, binary


class AskingTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.layout = Layout(Path(folder.name) / "stack")
        self.models = [Path(folder.name) / "first", Path(folder.name) / "second"]
        for model in self.models:
            model.mkdir()
        environment = mock.patch.dict(os.environ)
        environment.start()
        self.addCleanup(environment.stop)
        os.environ.pop("FAIRLEAD_STACK", None)

    def asked(self, *arguments: str) -> tuple[list[str], Any]:
        with mock.patch("subprocess.run") as run:
            asking.fairlead(*arguments)
        return run.call_args.args[0], run.call_args.kwargs["cwd"]

    def test_a_command_is_asked_where_the_model_is(self) -> None:
        asking.prepare(self.layout, self.models[0])
        command, folder = self.asked("explain", "lead:1")
        self.assertEqual(command[1:], ["explain", "lead:1"])
        self.assertEqual(os.environ["FAIRLEAD_STACK"], str(self.layout.state))
        self.assertEqual(Path(folder, "config").resolve(), self.models[0].resolve())

    def test_the_next_stack_may_have_another_model(self) -> None:
        for model in self.models:
            asking.prepare(self.layout, model)
            self.assertEqual((self.layout.desk / "config").resolve(), model.resolve())

    def test_a_stack_that_was_not_prepared_is_the_commands_to_find(self) -> None:
        self.assertEqual(self.asked("clocks"), ([str(binary("fairlead")), "clocks"], ROOT))

    def test_a_refusal_is_shown_with_its_reason(self) -> None:
        told = subprocess.CompletedProcess([], 1, "half an answer\n", "no such lead\n")
        printed = io.StringIO()
        with mock.patch.object(asking, "fairlead", return_value=told), contextlib.redirect_stdout(printed):
            asking.show("explain", "lead:9")
        self.assertEqual(printed.getvalue(), "\n  $ fairlead explain lead:9\n  half an answer\n  no such lead\n\n")


if __name__ == "__main__":
    unittest.main()
