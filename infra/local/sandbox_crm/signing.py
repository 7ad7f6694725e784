"""The signatures of a webhook, as HubSpot computes them.

Source: HubSpot's documentation of request validation, versions 1 and 3.
"""

import base64
import hashlib
import hmac


def v3(secret: str, method: str, uri: str, body: bytes, timestamp: str) -> str:
    """Base64 of the HMAC-SHA256 over method, full address, raw body and timestamp (milliseconds)."""
    signed = method.encode() + uri.encode() + body + timestamp.encode()
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def v1(secret: str, body: bytes) -> str:
    """Hexadecimal SHA-256 over secret and raw body."""
    return hashlib.sha256(secret.encode() + body).hexdigest()


def headers(secret: str, uri: str, body: bytes, sent_ms: int) -> dict[str, str]:
    """What a webhook carries so that its receiver can tell who sent it, and when."""
    timestamp = str(sent_ms)
    return {
        "X-HubSpot-Request-Timestamp": timestamp,
        "X-HubSpot-Signature-v3": v3(secret, "POST", uri, body, timestamp),
        "X-HubSpot-Signature": v1(secret, body),
        "X-HubSpot-Signature-Version": "v1",
    }
