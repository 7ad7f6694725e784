"""The whole stack on one machine: emulator, sandbox CRM, front door, and the real template deployed."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional

import cloudformation
import endpoints
import local_deployments
import packages
import ports
from emulator import REGION, Emulator
from front_door import FrontDoor
from issuer import CLIENT, Issuer
from layout import CONSUMERS, QUEUES, Layout, shown
from problem import Problem
from progress import Progress
from sandbox import APP_ID, Account, Sandbox
from source import Source

STACK = "fairlead"
BUCKET = "fairlead-packages"
MAIL_FROM = "fairlead@northwind.example"
SIGN_IN_SECRET = "fairlead/sign-in"
BEHAVIOUR_SECRET = "fairlead/behaviour"
DEPLOYED_WITHIN_SECONDS = 120.0


@dataclass(frozen=True)
class Options:
    """How this stack differs from the usual one."""

    tick: bool = True
    enforce_permissions: bool = False
    """Each function gets only what its policies allow; callers from outside then sign as `test`."""
    meter: Optional[Path] = None
    """Where each thing that costs is written down. Which function asked is known by its permissions only."""
    crm_proxy: Optional[str] = None
    log_level: str = "info"
    retry_after: int = 20
    """Seconds until a message is tried again whose function died; long enough for a slow one, short enough to watch."""
    wait_divisor: int = 10
    """By how much shorter than in the cloud a message waits that was not handled: 3 s at first, 90 s at most."""
    notices_within: int = 0
    """Seconds within which what one person is told goes in one mail; 0: whoever looks at the mailbox sees each by itself."""


class Stack:
    """Starts everything in order; `stop` ends it in the opposite order, from any state."""

    def __init__(self, layout: Layout, source: Source, options: Options, progress: Progress) -> None:
        self._layout = layout
        self._source = source
        self._options = options
        self._progress = progress
        self._stoppers: list[tuple[str, Callable[[], None]]] = []
        self.endpoints: dict[str, Any] = {}
        signing = base64.b64encode(secrets.token_bytes(24)).decode()
        self._behaviour = {"signing_secret": f"whsec_{signing}", "subject_key": secrets.token_hex(24)}

    def start(self, model: Path) -> dict[str, Any]:
        """Returns what is written to endpoints.json."""
        layout, progress = self._layout, self._progress
        chosen = ports.choose()
        account = Account(secrets.token_hex(24), f"sandbox-{secrets.token_hex(16)}")
        with progress.step("starting the emulator and the sandbox CRM"):
            self.emulator = Emulator(layout, chosen.emulator, self._options.enforce_permissions, self._options.meter)
            self._stoppers.append(("the emulator", self.emulator.stop))
            self.door = FrontDoor(chosen.front_door, chosen.emulator, self._source.webhook_path)
            self._stoppers.append(("the front door", self.door.stop))
            self.sandbox = Sandbox(layout, chosen.crm, self.door.webhook_url, account, self._source.portal)
            self._stoppers.append(("the sandbox CRM", self.sandbox.stop))
            self.issuer = Issuer(self.door.url)
            self._stoppers.append(("the sandbox issuer", self.issuer.stop))
            archives = packages.pack_all(layout, model)
            self.emulator.wait()
            self.sandbox.wait()
        with progress.step("deploying infra/template.yaml through CloudFormation"):
            deployment = local_deployments.begin(layout, model)
            outputs = self._deploy(archives, account, deployment.number)
            local_deployments.ended(layout, deployment)
        self.endpoints = self._describe(outputs, account)
        self.door.open_to(outputs["ApiId"], self.endpoints)
        endpoints.write(layout.endpoints, self.endpoints)
        return self.endpoints

    def check(self) -> None:
        """Raises a problem if a part of the stack has ended by itself."""
        for name, part, log in (
            ("emulator", self.emulator, "emulator"),
            ("sandbox CRM", self.sandbox, "sandbox-crm"),
        ):
            if not part.running():
                raise Problem(
                    f"The {name} has ended by itself. Its last words:\n{part.last_words()}",
                    f"Read {shown(self._layout.log(log))}, then start again.",
                )

    def stop(self) -> None:
        """Ends what was started. Safe to call at any point, and twice."""
        while self._stoppers:
            _, stop = self._stoppers.pop()
            stop()
        self._layout.endpoints.unlink(missing_ok=True)

    def _deploy(self, archives: dict[str, Path], account: Account, number: int) -> dict[str, str]:
        log = shown(self._layout.log("emulator"))
        self.emulator.client("secretsmanager").create_secret(
            Name=self._source.secret,
            SecretString=json.dumps({"client_secret": account.secret, "access_token": account.token}),
        )
        self.emulator.client("secretsmanager").create_secret(
            Name=SIGN_IN_SECRET, SecretString=json.dumps({"client_secret": self.issuer.secret})
        )
        self.emulator.client("secretsmanager").create_secret(Name=BEHAVIOUR_SECRET, SecretString=json.dumps(self._behaviour))
        self.emulator.client("sesv2").create_email_identity(EmailIdentity=MAIL_FROM)
        s3 = self.emulator.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        prefix = packages.prefix(archives)
        cloudformation.upload(s3, BUCKET, prefix, archives)
        template = cloudformation.send_template(s3, BUCKET, cloudformation.TEMPLATE.read_text(encoding="utf-8"))
        parameters = self._parameters(prefix, number)
        client = self.emulator.client("cloudformation")
        return cloudformation.create(client, STACK, template, parameters, DEPLOYED_WITHIN_SECONDS, log)

    def _parameters(self, prefix: str, number: int) -> dict[str, str]:
        return {
            "Stage": "local",
            "CodeBucket": BUCKET,
            "CodePrefix": prefix,
            "DeploymentNumber": str(number),
            "Architecture": "x86_64" if os.uname().machine in ("x86_64", "amd64") else "arm64",
            "PublicUrl": self.door.url,
            "CrmBaseUrl": self._options.crm_proxy or self.sandbox.url,
            "CrmSource": self._source.name,
            "CrmSecretName": self._source.secret,
            "MailFrom": MAIL_FROM,
            "SignInIssuer": self.issuer.url,
            "SignInClient": CLIENT,
            "SignInSecretName": SIGN_IN_SECRET,
            "BehaviourSecretName": BEHAVIOUR_SECRET,
            "LogLevel": self._options.log_level,
            "QueueVisibility": str(self._options.retry_after),
            "WaitDivisor": str(self._options.wait_divisor),
            "NoticesWithin": str(self._options.notices_within),
            "Gathering": "Quick",
            "TickState": "ENABLED" if self._options.tick else "DISABLED",
            # The emulator has no archives: one in the template fails the whole stack there.
            "ArchiveDays": "0",
        }

    def _describe(self, outputs: dict[str, str], account: Account) -> dict[str, Any]:
        return {
            "webhooks": self.door.url,
            "webhook_url": self.door.webhook_url,
            "source": self._source.name,
            "crm": self.sandbox.url,
            "mailbox": f"{self.door.url}/mailbox",
            "issuer": self.issuer.url,
            "aws_endpoint": self.emulator.url,
            "region": REGION,
            "table": outputs["TableName"],
            "bus": outputs["BusName"],
            "unpublished": outputs["UnpublishedEventsBucket"],
            "sandbox_secret": account.secret,
            "crm_token": account.token,
            "behaviour": self._behaviour,
            "portal": self._source.portal,
            "app_id": APP_ID,
            "mail_from": MAIL_FROM,
            "queues": {name: self._plain(outputs[f"{name}QueueUrl"]) for name in QUEUES},
            "dead_letters": {name: self._plain(outputs[f"{name}DeadLettersUrl"]) for name in CONSUMERS},
            "undelivered": self._plain(outputs["UndeliveredUrl"]),
            "logs": str(self._layout.logs),
        }

    def _plain(self, address: str) -> str:
        """The emulator writes `localhost`, which is not everywhere the address that it listens on."""
        return f"{self.emulator.url}/{address.split('/', 3)[3]}"
