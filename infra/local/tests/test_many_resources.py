"""A stack has more resources than the cloud names in one answer."""

import argparse
import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from typing import Any, Iterator
from unittest import mock

from tests.cloud_case import load
from tests.fake_cloud import FakeSts

export = load("export")
remove = load("remove")

PAGE = 100
# Of 174 the cloud may name the table and the bucket last.
NAMES = [*(f"Other{number}" for number in range(172)), "Table", "UnpublishedEvents"]


class FakeStack:
    """A stack whose resources come by a hundred."""

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        return {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "StackId": "arn:stack", "Parameters": [], "Outputs": []}]}

    def describe_stack_resources(self, StackName: str) -> dict[str, Any]:
        return {"StackResources": _told(NAMES[:PAGE])}

    def get_paginator(self, operation: str) -> "FakeStack":
        assert operation == "list_stack_resources", operation
        return self

    def paginate(self, StackName: str) -> Iterator[dict[str, Any]]:
        for at in range(0, len(NAMES), PAGE):
            yield {"StackResourceSummaries": _told(NAMES[at : at + PAGE])}


class FakeObjects:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_paginator(self, _: str) -> "FakeObjects":
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        self.asked.append(Bucket)
        yield {}


class ManyResourcesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.s3 = FakeObjects()
        self.dynamodb = mock.Mock()
        self.dynamodb.scan.return_value = {"Items": []}
        self.dynamodb.get_paginator.return_value.paginate.return_value = iter([{"Items": []}])
        clients = {"cloudformation": FakeStack(), "s3": self.s3, "dynamodb": self.dynamodb, "sts": FakeSts()}
        patch = mock.patch("boto3.client", side_effect=lambda service: clients[service])
        patch.start()
        self.addCleanup(patch.stop)

    def test_an_export_finds_the_table_and_the_bucket_of_unpublished_events(self) -> None:
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            asked = argparse.Namespace(stage="t", bucket="fairlead-b", to=str(Path(folder) / "here"))
            self.assertEqual(export._export(asked), 0)
        self.assertIn("the-UnpublishedEvents", self.s3.asked)

    def test_a_removal_names_everything_that_stays(self) -> None:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), mock.patch("sys.stdin", io.StringIO()):
            self.assertEqual(remove._remove(argparse.Namespace(stage="t", yes=False)), 0)
        self.assertIn("172 resources would be removed", said.getvalue())
        self.assertIn("delete-table --table-name the-Table", said.getvalue())
        self.assertIn("s3://the-UnpublishedEvents", said.getvalue())


def _told(names: list[str]) -> list[dict[str, str]]:
    return [{"LogicalResourceId": it, "PhysicalResourceId": f"the-{it}", "ResourceStatus": "CREATE_COMPLETE"} for it in names]


if __name__ == "__main__":
    unittest.main()
