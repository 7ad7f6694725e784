"""What is packed in the table is whole in an export."""

import json
import unittest
import zlib

import packed
from problem import Problem

KEY = {"pk": {"S": "A#hubspot:lead:1"}, "sk": {"S": "0f"}, "version": {"N": "1"}}


def pack(body: object) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, packed.RAW, zdict=packed.DICTIONARY.read_bytes())
    return bytes([packed.NUMBER]) + deflate.compress(json.dumps(body).encode()) + deflate.flush()


class PackedTest(unittest.TestCase):
    def test_a_packed_body_is_a_map_again(self) -> None:
        item = KEY | {"packed": {"B": pack({"outcome": "routed to ben", "at": 1.5, "read": {"record": 1}, "none": None})}}
        body = {"outcome": {"S": "routed to ben"}, "at": {"N": "1.5"}, "read": {"M": {"record": {"N": "1"}}}}
        self.assertEqual(packed.unpacked(item), KEY | {"body": {"M": body | {"none": {"NULL": True}}}})

    def test_what_is_not_packed_stays(self) -> None:
        item = KEY | {"body": {"M": {}}}
        self.assertEqual(packed.unpacked(item), item)

    def test_what_a_later_version_packed_is_refused(self) -> None:
        with self.assertRaises(Problem):
            packed.unpacked(KEY | {"packed": {"B": b"\x02x"}})
