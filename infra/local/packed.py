"""Items whose bodies are packed, as they are read by people: the other way of shared/contracts/src/packed.rs."""

import json
import zlib
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from layout import ROOT
from problem import Problem

DICTIONARY = ROOT / "shared" / "contracts" / "src" / "packed.dictionary"
NUMBER = 1
"""With which everything begins that was packed by that dictionary."""
RAW = -15
"""Deflated without a header (RFC 1951)."""


def unpacked(item: dict[str, Any]) -> dict[str, Any]:
    """An item as the table's API writes it, with its body as a map, as those have it that are not packed."""
    if "packed" not in item:
        return item
    packed = bytes(item["packed"]["B"])
    if packed[:1] != bytes([NUMBER]):
        raise Problem(
            f"{item['pk']['S']}/{item['sk']['S']} was packed by a later version of Fairlead.", "Use that one."
        )
    inflate = zlib.decompressobj(RAW, zdict=DICTIONARY.read_bytes())
    body = json.loads(inflate.decompress(packed[1:]) + inflate.flush(), parse_float=Decimal)
    rest = {name: value for name, value in item.items() if name != "packed"}
    return rest | {"body": TypeSerializer().serialize(body)}
