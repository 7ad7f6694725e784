"""Batches are gathered as Lambda gathers them."""

import unittest
from typing import Any

from gathering import Gathering, Wanted


class Queue:
    """A queue whose time a test sets."""

    def __init__(self, wanted: Wanted) -> None:
        self.now = 100.0
        self.messages: list[dict[str, Any]] = []
        self.looks: list[float] = []
        self.gathering = Gathering(
            self._take, lambda _: len(self.messages), lambda _: wanted, self.looks.append, lambda: self.now
        )

    def put(self, count: int) -> None:
        self.messages += [{"id": number} for number in range(count)]

    def receive(self) -> int:
        return len(self.gathering.receive("queue", 100))

    def _take(self, _: str, most: int) -> list[dict[str, Any]]:
        taken, self.messages = self.messages[:most], self.messages[most:]
        return taken


class GatheringTest(unittest.TestCase):
    def test_what_has_no_window_comes_at_once_and_ten_at_a_time(self) -> None:
        queue = Queue(Wanted(10, 0.0))
        queue.put(1)
        self.assertEqual(queue.receive(), 1)
        self.assertEqual(queue.looks, [])

    def test_a_batch_waits_until_its_window_is_over(self) -> None:
        queue = Queue(Wanted(100, 2.0))
        queue.put(3)
        self.assertEqual(queue.receive(), 0)
        self.assertEqual(queue.looks, [2.0], "and it is looked at again by then")
        queue.now += 1.5
        queue.put(4)
        self.assertEqual(queue.receive(), 0)
        queue.now += 0.5
        self.assertEqual(queue.receive(), 7)

    def test_a_full_batch_waits_for_nothing_and_the_rest_begins_anew(self) -> None:
        queue = Queue(Wanted(100, 2.0))
        queue.put(130)
        self.assertEqual(queue.receive(), 100)
        self.assertEqual(queue.receive(), 0)
        queue.now += 2
        self.assertEqual(queue.receive(), 30)

    def test_the_window_of_what_came_later_does_not_begin_while_nothing_is_there(self) -> None:
        queue = Queue(Wanted(100, 2.0))
        self.assertEqual(queue.receive(), 0)
        queue.now += 60
        queue.put(1)
        self.assertEqual(queue.receive(), 0)


if __name__ == "__main__":
    unittest.main()
