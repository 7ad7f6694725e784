"""A scan of the template for what an intruder would like: what is open, readable or wider than it need be.

cfn-lint knows what is valid, and not what is careful. Each rule here looks at resources of its kinds; what is so on
purpose stands in `SKIPPED` with its reason, and a skip that is of no use any more is to go.
"""

import json
import unittest
from typing import Any, Callable, Iterator

from tests.expanded import expanded, resources

Found = Iterator[str]
"""Names of resources, each with what of it is meant after a colon."""

SKIPPED = {
    "wide:EventPublisherRole:dynamodb:ListStreams": "the call names no table; it tells the names of streams only",
    "wide:NotifyRole:ses:SendEmail": "its condition names the one sender; which identity is verified is not ours to know",
    "versions:UnpublishedEvents": "each object is written once, under a name of its own, and nobody may write it again",
    "let_in:UnpublishedEventsPolicy": "it forbids, and does not allow",
}

KNOWN = {
    "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Stage",
    "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::DynamoDB::Table", "AWS::Events::Archive",
    "AWS::Events::EventBus", "AWS::Events::Rule", "AWS::IAM::Role", "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function", "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission", "AWS::Logs::LogGroup",
    "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SecretsManager::Secret", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy",
}  # fmt: skip
"""Kinds of resources for which the rules here were thought about."""


def unknown() -> Found:
    """A kind that is new is to be looked at, here and in shared/threat-model.md."""
    yield from (name for name, it in resources().items() if it["Type"] not in KNOWN)


def plain() -> Found:
    """What lies somewhere lies there encrypted."""
    for name, it in resources("AWS::SQS::Queue").items():
        if it["Properties"].get("SqsManagedSseEnabled") is not True:
            yield name
    for name, it in resources("AWS::DynamoDB::Table").items():
        if it["Properties"].get("SSESpecification") != {"SSEEnabled": True}:
            yield name
    for name, it in resources("AWS::S3::Bucket").items():
        if "BucketEncryption" not in it["Properties"]:
            yield name


def public() -> Found:
    """No bucket can be opened to everybody, also not by mistake, nor be read without TLS."""
    closed = {
        bucket["Ref"]
        for it in resources("AWS::S3::BucketPolicy").values()
        if "aws:SecureTransport" in json.dumps(it) and isinstance(bucket := it["Properties"]["Bucket"], dict)
    }
    for name, it in resources("AWS::S3::Bucket").items():
        block = it["Properties"].get("PublicAccessBlockConfiguration", {})
        if list(block.values()) != [True] * 4 or name not in closed:
            yield name


def versions() -> Found:
    """What is overwritten can be had again."""
    for name, it in resources("AWS::S3::Bucket").items():
        if "VersioningConfiguration" not in it["Properties"]:
            yield name


def wide() -> Found:
    """No right is upon everything, and none is for every action."""
    for name, it in resources("AWS::IAM::Role").items():
        for policy in it["Properties"].get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                for action in [actions] if isinstance(actions, str) else actions:
                    if "*" in action or statement["Resource"] == "*":
                        yield f"{name}:{action}"


def taken_on() -> Found:
    """A role is for Lambda and for nobody else."""
    for name, it in resources("AWS::IAM::Role").items():
        for statement in it["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
            if statement["Principal"] != {"Service": ["lambda.amazonaws.com"]}:
                yield name


def let_in() -> Found:
    """Whoever may send to a queue or call a function is one service, and of that one rule or API."""
    for name, it in resources("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy").items():
        for statement in it["Properties"]["PolicyDocument"]["Statement"]:
            named = "aws:SourceArn" in json.dumps(statement.get("Condition", {}))
            if statement["Principal"] != {"Service": "events.amazonaws.com"} or not named:
                yield name
    for name, it in resources("AWS::Lambda::Permission").items():
        source = json.dumps(it["Properties"].get("SourceArn", ""))
        if "${Api}" not in source or it["Properties"]["Principal"] != "apigateway.amazonaws.com":
            yield name


def endless() -> Found:
    """Logs end some day, and so does what waits in queues."""
    for name, it in resources("AWS::Logs::LogGroup").items():
        if "RetentionInDays" not in it["Properties"]:
            yield name


def told() -> Found:
    """No secret stands in the template or in a function's environment: there are names of secrets only."""
    for name, it in resources("AWS::SecretsManager::Secret").items():
        if "SecretString" in it["Properties"]:
            yield name
    for name, parameter in expanded()["Parameters"].items():
        if any(word in name for word in ("Token", "Password", "Key")) and name != "ModelKey":
            yield name
    for name, it in resources("AWS::Lambda::Function").items():
        for variable, value in it["Properties"]["Environment"]["Variables"].items():
            secret = any(word in variable for word in ("SECRET", "TOKEN", "PASSWORD", "KEY"))
            named = [{"Ref": it} for it in ("CrmSecretName", "LinkSecret", "SignInSecretName", "BehaviourSecretName")]
            if secret and value not in named:
                yield f"{name}:{variable}"


def unbounded() -> Found:
    """The way in has a rate, and writes down who of our routes was asked and what was answered."""
    for name, it in resources("AWS::ApiGatewayV2::Stage").items():
        settings = it["Properties"].get("DefaultRouteSettings", {})
        if not {"ThrottlingBurstLimit", "ThrottlingRateLimit"} <= set(settings) or "AccessLogSettings" not in it["Properties"]:
            yield name


def lost() -> Found:
    """What is kept can be had as it was, and is not removed by a slip."""
    for name, it in resources("AWS::DynamoDB::Table").items():
        properties = it["Properties"]
        recovers = properties.get("PointInTimeRecoverySpecification") == {"PointInTimeRecoveryEnabled": True}
        if not (recovers and properties.get("DeletionProtectionEnabled")):
            yield name


RULES: tuple[Callable[[], Found], ...] = (
    unknown, plain, public, versions, wide, taken_on, let_in, endless, told, unbounded, lost,
)  # fmt: skip


class GuardedTest(unittest.TestCase):
    def test_nothing_is_open_readable_or_wider_than_it_need_be(self) -> None:
        found = {f"{rule.__name__}:{name}": rule.__doc__ for rule in RULES for name in rule()}
        self.assertEqual({name: why for name, why in found.items() if name not in SKIPPED}, {})
        self.assertEqual(set(SKIPPED) - set(found), set(), "a skip that skips nothing is to go")

    def test_each_rule_looks_at_something(self) -> None:
        """Of a template without what a rule looks at, it would find nothing and say nothing."""
        kinds = {it["Type"] for it in resources().values()}
        self.assertEqual(KNOWN - kinds, set())


if __name__ == "__main__":
    unittest.main()
