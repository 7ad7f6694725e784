"""Batches as Lambda gathers them: up to `BatchSize` messages, within `MaximumBatchingWindowInSeconds`.

The emulator hands on at most ten at a time, and at once. Lambda waits until a batch is full or its window is
over (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html), which is what makes a hundred
records one request to the CRM: here it would be ten requests, and a rush would look ten times as dear as it is.
"""

import threading
import time
from typing import Any, Callable, NamedTuple

RECEIVED_AT_ONCE = 10
"""What one call of SQS gives at most, and all that the emulator asks for."""

Message = dict[str, Any]


class Wanted(NamedTuple):
    """What a mapping gathers: so many messages, and for so many seconds at most."""

    size: int
    seconds: float


class Gathering:
    """Stands before the emulator's own receiving; `attach` puts it there."""

    def __init__(
        self,
        receive: Callable[[str, int], list[Message]],
        visible: Callable[[str], int],
        wanted: Callable[[str], Wanted],
        later: Callable[[float], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._receive, self._visible, self._wanted = receive, visible, wanted
        self._later, self._clock = later, clock
        self._since: dict[str, float] = {}

    def receive(self, queue: str, most: int) -> list[Message]:
        """The next batch of a queue; none while it is still being gathered."""
        wanted = self._wanted(queue)
        if wanted.size <= RECEIVED_AT_ONCE and not wanted.seconds:
            return self._receive(queue, most)
        ready = self._visible(queue)
        if not ready:
            self._since.pop(queue, None)
            # The emulator looks after what may be received no more, too.
            return self._receive(queue, most)
        if queue not in self._since:
            self._since[queue] = self._clock()
            self._later(wanted.seconds)
        if ready < wanted.size and self._clock() < self._since[queue] + wanted.seconds:
            return []
        del self._since[queue]
        batch: list[Message] = []
        while len(batch) < wanted.size:
            received = self._receive(queue, min(RECEIVED_AT_ONCE, wanted.size - len(batch)))
            if not received:
                break
            batch += received
        return batch


def attach() -> None:
    """Lets the emulator's mappings gather. It leans on the version that requirements.txt names."""
    from ministack.services import lambda_svc, sqs

    def visible(queue: str) -> int:
        now = time.time()
        return sum(message.get("visible_at", 0) <= now for message in list(sqs._get_q(queue)["messages"]))

    def wanted(queue: str) -> Wanted:
        name = queue.rsplit("/", 1)[-1]
        for _, _, mapping in lambda_svc._iter_all_esms():
            if mapping.get("EventSourceArn", "").rsplit(":", 1)[-1] == name:
                window = mapping.get("MaximumBatchingWindowInSeconds") or 0
                return Wanted(int(mapping.get("BatchSize", RECEIVED_AT_ONCE)), float(window))
        return Wanted(RECEIVED_AT_ONCE, 0.0)

    def later(seconds: float) -> None:
        timer = threading.Timer(seconds, sqs.esm_wake.set)
        timer.daemon = True
        timer.start()

    sqs._receive_messages_for_esm = Gathering(sqs._receive_messages_for_esm, visible, wanted, later).receive
