"""Several people press at the same moment."""

import threading
from collections.abc import Callable
from typing import TypeVar

Told = TypeVar("Told")


def at_once(act: Callable[[int], Told], people: int) -> list[Told]:
    """What `act(0)` to `act(people - 1)` return when all begin together; the first failure is raised."""
    start = threading.Barrier(people)
    told: dict[int, Told] = {}
    failed: list[Exception] = []

    def run(number: int) -> None:
        start.wait()
        try:
            told[number] = act(number)
        except Exception as wrong:
            failed.append(wrong)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return [told[number] for number in range(people)]
