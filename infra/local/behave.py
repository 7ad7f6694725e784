"""Tells the local stack that somebody has done something outside the CRM, as a signed CloudEvent.

    .local/venv/bin/python infra/local/behave.py com.example.pricing.viewed --mail jo@kranich.example [--times 3] [--ago 2d]
"""

import argparse
import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from layout import ROOT

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def subject(mail: str, key: str) -> str:
    """Who it was: the HMAC of the mail address, in lower case and without spaces around it."""
    return "hmac-sha256:" + hmac.new(key.encode(), mail.strip().lower().encode(), hashlib.sha256).hexdigest()


def signature(secret: str, message: str, at: str, body: bytes) -> str:
    """As Standard Webhooks signs."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def send(endpoints: dict[str, Any], called: str, who: str, when: list[datetime]) -> tuple[int, str]:
    """The status and the answer to a batch of one event for each time."""
    event = {"specversion": "1.0", "source": "urn:fairlead:behave", "type": called, "subject": who}
    batch = [event | {"id": str(uuid.uuid4()), "time": at.isoformat()} for at in when]
    body, message, at = json.dumps(batch).encode(), f"msg_{uuid.uuid4().hex}", str(int(time.time()))
    headers = {
        "content-type": "application/cloudevents-batch+json",
        "webhook-id": message,
        "webhook-timestamp": at,
        "webhook-signature": signature(endpoints["behaviour"]["signing_secret"], message, at, body),
    }
    request = urllib.request.Request(f"{endpoints['webhooks']}/webhooks/events", body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def main() -> int:
    parser = argparse.ArgumentParser(description="Tells the local stack what somebody has done.")
    parser.add_argument("called", help="what the events are called, as `behaviours` in technology.yaml says")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--mail", help="the mail address, which is hashed here")
    who.add_argument("--id", help="the id by which the product knows them")
    parser.add_argument("--times", type=int, default=1, help="how often, up to 100 times")
    parser.add_argument("--ago", default="0m", help="how long ago, such as 2d, 3h or 5m")
    parser.add_argument("--stack", type=Path, default=ROOT / ".local", help="the stack's folder")
    given = parser.parse_args()
    endpoints = json.loads((given.stack / "endpoints.json").read_text(encoding="utf-8"))
    ago = timedelta(**{UNITS[given.ago[-1]]: int(given.ago[:-1])})
    when = [datetime.now(timezone.utc) - ago] * given.times
    name = subject(given.mail, endpoints["behaviour"]["subject_key"]) if given.mail else f"id:{given.id}"
    status, said = send(endpoints, given.called, name, when)
    print(status, said)
    return 0 if status == 200 else 1


if __name__ == "__main__":
    raise SystemExit(main())
