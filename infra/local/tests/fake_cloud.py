"""A bucket and a stack in memory, as `make deploy` and `make rollback` see them."""

import io
from typing import Any, Callable, Iterator, Optional

from botocore.exceptions import ClientError


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "any")


class FakeS3:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.before_put: Optional[Callable[[str], None]] = None

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        with open(path, "rb") as file:
            self.objects[key] = file.read()

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


class FakeCloudFormation:
    """One stack. A change set is what would be sent; it is empty if the stack has that already."""

    def __init__(self) -> None:
        self.standing: Optional[dict[str, Any]] = None
        self.plans: dict[str, dict[str, Any]] = {}
        self.fails = False

    @property
    def parameters(self) -> dict[str, str]:
        assert self.standing is not None
        return {it["ParameterKey"]: it["ParameterValue"] for it in self.standing["Parameters"]}

    def create_change_set(self, ChangeSetName: str, **request: Any) -> dict[str, str]:
        assert request["ChangeSetType"] == ("CREATE" if self.standing is None else "UPDATE")
        self.plans[ChangeSetName] = {key: request[key] for key in ("TemplateBody", "Parameters")}
        return {"Id": ChangeSetName}

    def describe_change_set(self, ChangeSetName: str) -> dict[str, Any]:
        if self.plans[ChangeSetName] == self.standing:
            return {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}
        change = {"Action": "Modify", "LogicalResourceId": "CrmSync", "ResourceType": "AWS::Lambda::Function"}
        return {"Status": "CREATE_COMPLETE", "Changes": [{"ResourceChange": change}]}

    def delete_change_set(self, ChangeSetName: str) -> None:
        del self.plans[ChangeSetName]

    def execute_change_set(self, ChangeSetName: str) -> None:
        plan = self.plans.pop(ChangeSetName)
        # A failed update leaves the stack with the parameters it had: the cloud's own rollback.
        if not self.fails:
            self.standing = plan

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        if self.standing is None:
            raise refused("ValidationError")
        status = "UPDATE_ROLLBACK_COMPLETE" if self.fails else "UPDATE_COMPLETE"
        return {"Stacks": [{"StackStatus": status, "Outputs": [], **self.standing}]}

    def describe_stack_events(self, StackName: str) -> dict[str, Any]:
        return {"StackEvents": []}
