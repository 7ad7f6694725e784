"""The emulated cloud: started on 127.0.0.1 only, its functions being our real binaries."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any, Optional

import boto3
from botocore.config import Config

import loopback
from child import Child
from layout import Layout

REGION = "us-east-1"
ACCOUNT = "000000000000"
HEALTHY_WITHIN_SECONDS = 60.0


def client(url: str, service: str) -> Any:
    """A client of one of its services, without retries that would hide a fault."""
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}, proxies={}),
    )


class Emulator:
    """A running emulator and clients for it."""

    def __init__(self, layout: Layout, port: int, enforce_permissions: bool, meter: Optional[Path] = None) -> None:
        self.url = f"http://127.0.0.1:{port}"
        shutil.rmtree(layout.scratch, ignore_errors=True)
        layout.scratch.mkdir(parents=True)
        self._child = Child(
            "The emulator",
            [sys.executable, str(Path(__file__).with_name("emulated.py")), str(layout.kept)],
            _environment(layout, port, self.url)
            | {"AUTH": "true" if enforce_permissions else "false", "FAIRLEAD_METER": str(meter or "")},
            layout.log("emulator"),
            cwd=layout.scratch,
        )

    def wait(self) -> None:
        self._child.wait_until(self._healthy, HEALTHY_WITHIN_SECONDS)

    def running(self) -> bool:
        return self._child.running()

    def last_words(self) -> str:
        return self._child.last_words()

    def stop(self) -> None:
        self._child.stop()

    def client(self, service: str) -> Any:
        return client(self.url, service)

    def _healthy(self) -> bool:
        return loopback.answers(f"{self.url}/_ministack/ready")


def _environment(layout: Layout, port: int, url: str) -> dict[str, str]:
    """Only what is needed: functions inherit this, and a person's own cloud profile must not reach them."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    return kept | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": os.environ.get("FAIRLEAD_EMULATOR_LOG", "INFO"),
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_LC_SYS_NO_JITTER_ENTROPY": "1",
        "TMPDIR": str(layout.scratch),
        "PYTHONUNBUFFERED": "1",
        "RUST_BACKTRACE": "1",
    }
