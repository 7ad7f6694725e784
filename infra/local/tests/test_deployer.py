"""Whoever deploys may do what deploying does, and little else: infra/deployer-policy.json.

What CloudFormation does in their name, resource by resource, is in the schemas that cfn-lint brings along.
"""

import fnmatch
import json
import re
import unittest
from functools import cache
from pathlib import Path
from typing import Any, Iterator

import cfnlint
from botocore.session import get_session

from layout import ROOT
from tests.expanded import REGION, resources

POLICY = ROOT / "infra" / "deployer-policy.json"
LARGEST = 6_144
"""Characters of a managed policy, white space not counted."""

PROGRAMS = ("deploy.py", "deploy_model.py", "rollback.py", "remove.py", "export.py", "restore.py")
PARTS = ("operation.py", "plan.py", "cloudformation.py", "deployments.py", "artefacts.py", "tables.py")
# Of the shared parts, what only the local stack calls.
LOCAL_ONLY = {"cloudformation:CreateStack"}

NOT_NEEDED = {
    r"(kms|ec2|elasticfilesystem|s3files|kinesis|firehose|s3tables):": "no key, network, file system or stream of one's own",
    r"iam:(CreateServiceLinkedRole|.*PermissionsBoundary)": "no service-linked role, no boundary",
    r"dynamodb:(Import|.*Replica|.*ContributorInsights|.*KinesisStreaming|(Put|Delete)ResourcePolicy)": "a plain table",
    r"logs:(CreateLogStream|DescribeLogStreams|PutLogEvents)": "for the import of tables",
    r"logs:(.*KmsKey|(Put|Delete)DataProtectionPolicy|.*(Put|Delete)IndexPolicy|PutBearer|PutLogGroupDeletion)": "plain log groups",
    r"lambda:(.*CodeSigning|.*RuntimeAlias|PassCapacityProvider|PutFunctionScalingConfig)": "no signing, no capacity of its own",
    r"s3:(REST|GetObjectMetadata|DeleteObject|PutObject(Acl|Lock)|GetAccelerate)": "for the import of tables, or not set",
    r"s3:(Put|Delete|Create|Update)Bucket(Abac|Acl|Analytics|CORS|Cors|Logging|Metadata|Metrics|Notification)": "not set on the bucket",
    r"s3:(Put|Delete)Bucket(ObjectLock|Ownership|Replication|Versioning|Website|Encryption|Lifecycle)": "not set, or put by another call",
    r"s3:Put(Accelerate|Analytics|Intelligent|Inventory|Metrics|Replication)": "not set on the bucket",
    r"events:(Put|Remove)Permission": "the bus has no policy of its own",
    r"secretsmanager:(GetSecretValue|.*Replica|ReplicateSecret)": "nobody who deploys need read it; it lies in one region",
}
"""What the schemas name for what the template does not use, each with its reason."""


@cache
def allowed() -> list[tuple[str, Any]]:
    """Each pattern of actions, with the resources."""
    found = []
    for statement in json.loads(POLICY.read_text(encoding="utf-8"))["Statement"]:
        actions = statement["Action"]
        found += [(pattern, statement["Resource"]) for pattern in ([actions] if isinstance(actions, str) else actions)]
    return found


def may(action: str) -> bool:
    return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern, _ in allowed())


def called() -> set[str]:
    """What our own programs call, read in their sources."""
    found = set()
    names = {"cloudformation": "cloudformation", "dynamodb": "dynamodb", "s3": "s3", "_s3": "s3"}
    folder = ROOT / "infra"
    for path in [*(folder / name for name in PROGRAMS), *(folder / "local" / name for name in PARTS)]:
        text = path.read_text(encoding="utf-8")
        for client, method in re.findall(r"\b(cloudformation|dynamodb|s3|_s3)\.([a-z_]+)\(", text):
            if (client, method) != ("s3", "upload_file") and method != "get_paginator":
                found.add(f"{names[client]}:{_operation(names[client], method)}")
        for client, method in re.findall(r"\b(cloudformation|dynamodb|s3|_s3)\.get_paginator\(\"([a-z_0-9]+)\"\)", text):
            found.add(f"{names[client]}:{_operation(names[client], method)}")
    rights = {"s3:ListObjectsV2": "s3:ListBucket"}
    return {rights.get(action, action) for action in found} | {"s3:PutObject", "s3:ListBucket"}


@cache
def _operations(service: str) -> dict[str, str]:
    model = get_session().get_service_model(service)
    return {re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower(): name for name in model.operation_names}


def _operation(service: str, method: str) -> str:
    return {name.replace("_", ""): it for name, it in _operations(service).items()}[method.replace("_", "")]


def by_the_cloud() -> Iterator[tuple[str, str]]:
    """What is done of each kind of resource, from its first day to its last."""
    schemas = Path(cfnlint.__file__).parent / "data" / "schemas"
    known = json.loads((schemas / "providers" / f"{REGION}.json").read_text(encoding="utf-8"))
    for kind in sorted({it["Type"] for it in resources().values()}):
        handlers = json.loads((schemas / "resources" / f"{known[kind]}.json").read_text(encoding="utf-8")).get("handlers", {})
        assert handlers, kind
        for step in ("create", "read", "update", "delete"):
            for action in handlers.get(step, {}).get("permissions", []):
                yield kind, action


class DeployerTest(unittest.TestCase):
    def test_what_the_programs_call_is_allowed(self) -> None:
        self.assertGreater(len(called()), 12)
        self.assertIn("cloudformation:ListStackResources", called(), "what is asked page by page counts as well")
        self.assertEqual({action for action in called() - LOCAL_ONLY if not may(action)}, set())

    def test_what_the_cloud_does_for_them_is_allowed(self) -> None:
        wanted = {(kind, action) for kind, action in by_the_cloud() if not any(re.match(it, action) for it in NOT_NEEDED)}
        self.assertEqual({(kind, action) for kind, action in wanted if not may(action)}, set())

    def test_every_exception_is_of_use(self) -> None:
        actions = {action for _, action in by_the_cloud()}
        idle = [pattern for pattern in NOT_NEEDED if not any(re.match(pattern, action) for action in actions)]
        self.assertEqual(idle, [])

    def test_it_is_upon_what_is_fairleads_wherever_that_has_a_name(self) -> None:
        wide = {pattern for pattern, upon in allowed() if upon == "*"}
        self.assertFalse([it for it in wide if not it.startswith(("lambda:", "logs:", "secretsmanager:GetRandom"))])
        self.assertFalse([pattern for pattern, _ in allowed() if pattern.endswith(":*")])

    def test_it_may_read_no_secret_and_raise_nobody(self) -> None:
        for action in ("secretsmanager:GetSecretValue", "iam:CreateUser", "iam:CreateAccessKey", "iam:CreatePolicyVersion", "s3:DeleteObject"):
            self.assertFalse(may(action), action)

    def test_it_is_small_enough_for_one_policy(self) -> None:
        self.assertLess(len(re.sub(r"\s", "", POLICY.read_text(encoding="utf-8"))), LARGEST)


if __name__ == "__main__":
    unittest.main()
