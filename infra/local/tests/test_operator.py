"""Whoever looks and repairs may do what the command line asks of a stack, and nothing else: infra/operator-policy.json.

What it asks is read in its sources: they reach the cloud by `shared/aws` alone, and say in `stack.rs` which parts of it.
"""

import fnmatch
import json
import re
import unittest

from layout import ROOT

POLICY = ROOT / "infra" / "operator-policy.json"
SOURCES = ROOT / "shared" / "aws" / "src"
WHERE = {
    "DynamoStore": ("dynamodb", ("dynamo/read.rs", "dynamo/commit.rs")),
    "EventBridge": ("events", ("bus.rs",)),
    "Queues": ("sqs", ("letters.rs",)),
}
"""Where a part of `shared/aws` asks the cloud, and whose rights that takes."""

SIGNED = {
    "Bucket": {"s3:ListBucket", "s3:GetObject", "s3:DeleteObject"},
    "oldest_message": {"cloudwatch:GetMetricStatistics"},
}
"""What is asked without a client of the vendor's."""

WITHOUT = {"SecretsManager": "whoever repairs need not read secrets: they give CRM_ACCESS_TOKEN", "Settings": "asks nothing"}

RIGHTS = {
    # A transaction takes the right to each thing that is done in it.
    "dynamodb:TransactWriteItems": {"dynamodb:PutItem", "dynamodb:ConditionCheckItem"},
    "sqs:ChangeMessageVisibilityBatch": {"sqs:ChangeMessageVisibility"},
}

OF_THE_README = {"cloudformation:DescribeStacks": "aws cloudformation describe-stacks"}


def allowed() -> set[str]:
    found: set[str] = set()
    for statement in json.loads(POLICY.read_text(encoding="utf-8"))["Statement"]:
        actions = statement["Action"]
        found |= {actions} if isinstance(actions, str) else set(actions)
    return found


def parts() -> set[str]:
    """What of `shared/aws` the command line has."""
    text = (ROOT / "shared" / "cli" / "src" / "stack.rs").read_text(encoding="utf-8")
    used = re.search(r"(?m)^use aws::\{([^}]*)\};", text)
    assert used
    return {it.strip() for it in used[1].split(",") if it.strip()}


def called() -> set[str]:
    found: set[str] = set()
    for part in parts() - set(WITHOUT) - set(SIGNED):
        service, files = WHERE[part]
        for name in files:
            text = (SOURCES / name).read_text(encoding="utf-8")
            for method in re.findall(r"\bclient\s*\.([a-z_]+)\(\)", text):
                action = f"{service}:" + "".join(it.capitalize() for it in method.split("_"))
                found |= RIGHTS.get(action, {action})
    return found.union(*(rights for part, rights in SIGNED.items() if part in parts()))


class OperatorTest(unittest.TestCase):
    def test_it_may_do_what_the_command_line_asks_and_no_more(self) -> None:
        self.assertGreater(len(called()), 12)
        self.assertEqual(called() | set(OF_THE_README), allowed())

    def test_what_is_asked_without_a_client_is_asked_so(self) -> None:
        objects = (SOURCES / "objects.rs").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r'self\.ask\("([A-Z]+)"', objects)), {"GET", "DELETE"})
        ages = (SOURCES / "ages.rs").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"Action=(\w+)", ages)), {"GetMetricStatistics"})

    def test_what_the_readme_has_them_type_is_allowed(self) -> None:
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        self.assertIn("infra/operator-policy.json", readme)
        for action, typed in OF_THE_README.items():
            self.assertIn(typed, readme, action)

    def test_it_is_upon_what_is_fairleads_wherever_that_has_a_name(self) -> None:
        wide: set[str] = set()
        for statement in json.loads(POLICY.read_text(encoding="utf-8"))["Statement"]:
            if statement["Resource"] == "*":
                wide |= set(statement["Action"])
        self.assertEqual(wide, {"sqs:ListQueues", "cloudwatch:GetMetricStatistics"})

    def test_it_may_read_no_secret_and_change_no_stack(self) -> None:
        for action in ("secretsmanager:GetSecretValue", "cloudformation:ExecuteChangeSet", "dynamodb:DeleteTable", "iam:PassRole"):
            self.assertFalse([it for it in allowed() if fnmatch.fnmatchcase(action, it)], action)


if __name__ == "__main__":
    unittest.main()
