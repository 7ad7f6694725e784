"""A bucket and a stack in memory, as `make deploy` and `make rollback` see them."""

import io
from typing import Any, Callable, Iterator, Optional

from botocore.exceptions import ClientError


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "any")


class FakeS3:
    class meta:
        endpoint_url = "https://s3.example"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.region = "eu-central-1"
        self.before_put: Optional[Callable[[str], None]] = None

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        with open(path, "rb") as file:
            self.objects[key] = file.read()

    def get_bucket_location(self, Bucket: str) -> dict[str, str]:
        return {"LocationConstraint": self.region}

    def get_paginator(self, _: str) -> "FakeS3":
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        """One object a page, in the order of their names, in which 10 comes before 9."""
        for key in sorted(self.objects):
            if key.startswith(Prefix):
                yield {"Contents": [{"Key": key}]}
        yield {}

    def list_objects_v2(self, Bucket: str, Prefix: str) -> dict[str, Any]:
        return {"Contents": [{"Key": key} for key in self.objects if key.startswith(Prefix)]}

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        if Key not in self.objects:
            raise refused("NoSuchKey")
        return {"Body": io.BytesIO(self.objects[Key])}

    def put_object(self, Bucket: str, Key: str, Body: bytes, IfNoneMatch: Optional[str] = None) -> None:
        if self.before_put:
            self.before_put(Key)
        if IfNoneMatch == "*" and Key in self.objects:
            raise refused("PreconditionFailed")
        self.objects[Key] = Body


class FakeSts:
    class meta:
        region_name = "eu-central-1"

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "123456789012"}


class FakeCloudFormation:
    """One stack. A change set is what would be sent; it is empty if the stack has that already."""

    class meta:
        region_name = "eu-central-1"

    def __init__(self, s3: FakeS3) -> None:
        self.s3 = s3
        self.standing: Optional[dict[str, Any]] = None
        self.plans: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, Any]] = []
        """The change sets as they were asked for."""
        self.status = ""
        self.fails = ""
        """The status with which the next update ends instead."""
        self.events: list[dict[str, str]] = []

    @property
    def parameters(self) -> dict[str, str]:
        assert self.standing is not None
        return dict(self.standing["Parameters"])

    def create_change_set(self, ChangeSetName: str, **request: Any) -> dict[str, str]:
        first = self.status in ("", "REVIEW_IN_PROGRESS")
        assert request["ChangeSetType"] == ("CREATE" if first else "UPDATE"), request["ChangeSetType"]
        self.asked.append(request)
        given = {}
        for it in request["Parameters"]:
            name = it["ParameterKey"]
            given[name] = self.parameters[name] if it.get("UsePreviousValue") else it["ParameterValue"]
        key = request["TemplateURL"].removeprefix("https://s3.example/fairlead-b/")
        self.plans[ChangeSetName] = {"Template": self.s3.objects[key].decode(), "Parameters": given}
        self.status = self.status or "REVIEW_IN_PROGRESS"
        return {"Id": ChangeSetName}

    def describe_change_set(self, StackName: str, ChangeSetName: str) -> dict[str, Any]:
        if self.plans[ChangeSetName] == self.standing:
            return {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}
        change = {"Action": "Modify", "LogicalResourceId": "CrmSync", "ResourceType": "AWS::Lambda::Function"}
        return {"Status": "CREATE_COMPLETE", "Changes": [{"ResourceChange": change}]}

    def delete_change_set(self, StackName: str, ChangeSetName: str) -> None:
        del self.plans[ChangeSetName]

    def execute_change_set(self, StackName: str, ChangeSetName: str, ClientRequestToken: str) -> None:
        plan = self.plans.pop(ChangeSetName)
        word = "CREATE" if self.standing is None else "UPDATE"
        # Somebody else's operation just before: its end is not ours.
        self._event("UPDATE_COMPLETE", "theirs")
        self._event(f"{word}_IN_PROGRESS", ClientRequestToken)
        if self.fails:
            # A failed update leaves the stack with the parameters it had: the cloud's own rollback.
            self._event(f"{word}_FAILED", ClientRequestToken, resource="Notify", why="it is full")
            self.status = self.fails
        else:
            self.standing, self.status = plan, f"{word}_COMPLETE"
        self._event(self.status, ClientRequestToken)

    def _event(self, status: str, token: str, resource: str = "", why: str = "") -> None:
        self.events.insert(
            0,
            {
                "StackId": "arn:stack",
                "LogicalResourceId": resource or "fairlead-dev",
                "PhysicalResourceId": resource or "arn:stack",
                "ResourceType": "AWS::Lambda::Function" if resource else "AWS::CloudFormation::Stack",
                "ResourceStatus": status,
                "ResourceStatusReason": why,
                "ClientRequestToken": token,
            },
        )

    def delete_stack(self, StackName: str) -> None:
        self.standing, self.status = None, ""

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        if not self.status:
            raise refused("ValidationError")
        standing = self.parameters if self.standing else {}
        parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in standing.items()]
        return {"Stacks": [{"StackStatus": self.status, "Outputs": [], "Parameters": parameters}]}

    def describe_stack_events(self, StackName: str) -> dict[str, Any]:
        return {"StackEvents": self.events}
