# SPDX-License-Identifier: MIT
"""What is recorded of locks, semaphores and queues: who asks, who gets it, when it is free."""

from __future__ import annotations

from conftest import Event, Record, of


def told(events: list[Event], resource: int) -> list[tuple[str, int | None]]:
    """What happened to a resource, and for which Deferred."""
    return [
        (e["action"], e.get("serial"))
        for e in events
        if e.get("resource") == resource and e["action"] != "resource"
    ]


def line_of(event: Event, function: str) -> int:
    """The line of the innermost frame of a function in an event's stack."""
    return next(int(f["line"]) for f in event["stack"] if f["function"] == function)


def test_a_lock_from_hand_to_hand(record: Record) -> None:
    events = record(
        """
        def first():
            return lock.acquire()
        def second():
            return lock.acquire()
        lock = defer.DeferredLock()
        one, two = first(), second()
        lock.release()
        print(one.called, two.called, lock.locked)
        """
    )
    (lock,) = of(events, "resource")
    assert (lock["what"], lock["type"]) == ("lock", "twisted.internet.defer.DeferredLock")
    assert (lock["limit"], lock["taken"]) == (1, 0)
    assert lock["stack"][0]["function"] == "<module>"
    assert told(events, 1) == [
        ("acquiring", 1),
        ("acquired", 1),
        ("acquiring", 2),
        ("released", None),
        ("acquired", 2),
    ]
    one, two = of(events, "acquiring")
    assert line_of(one, "first") + 2 == line_of(two, "second")
    # Whose turn it is stands before the Deferred fires, so that what it does comes after.
    assert events.index(of(events, "acquired")[1]) < events.index(of(events, "fired")[1])
    assert record.output == "True True True\n"  # type: ignore[attr-defined]


def test_a_semaphore_hands_out_its_tokens(record: Record) -> None:
    events = record(
        """
        semaphore = defer.DeferredSemaphore(2)
        kept = [defer.Deferred() for _ in range(3)]
        jobs = [semaphore.run(lambda d=d: d) for d in kept]
        kept[0].callback("done")
        print([job.called for job in jobs], semaphore.tokens)
        """
    )
    (semaphore,) = of(events, "resource")
    assert (semaphore["what"], semaphore["limit"]) == ("semaphore", 2)
    actions = [action for action, _ in told(events, 1)]
    assert actions == [
        *("acquiring", "acquired", "acquiring", "acquired", "acquiring"),
        *("released", "acquired"),
    ]
    third = of(events, "acquiring")[2]["serial"]
    assert of(events, "acquired")[2]["serial"] == third


def test_a_queue_gives_to_those_who_wait(record: Record) -> None:
    events = record(
        """
        queue = defer.DeferredQueue(size=1, backlog=1)
        waits = queue.get()
        waits.addCallback(print)
        for refused in (queue.get, lambda: None):
            try:
                refused()
            except defer.QueueUnderflow:
                print("underflow")
        queue.put("for the waiter")
        queue.put("kept")
        try:
            queue.put("too much")
        except defer.QueueOverflow:
            print("overflow")
        queue.get().addCallback(print)
        """
    )
    (queue,) = of(events, "resource")
    assert (queue["what"], queue["limit"]) == ("queue", 1)
    assert [action for action, _ in told(events, 1)] == [
        *("acquiring", "released", "acquired"),
        "released",
        *("acquiring", "acquired"),
    ]
    assert record.output == "underflow\nfor the waiter\noverflow\nkept\n"  # type: ignore[attr-defined]


def test_one_who_gives_up_never_gets_it(record: Record) -> None:
    events = record(
        """
        lock = defer.DeferredLock()
        lock.acquire()
        impatient = lock.acquire().addErrback(lambda failure: None)
        impatient.cancel()
        lock.release()
        print(lock.locked)
        """
    )
    assert told(events, 1) == [
        ("acquiring", 1),
        ("acquired", 1),
        ("acquiring", 2),
        ("released", None),
    ]
    assert record.output == "False\n"  # type: ignore[attr-defined]


def test_a_release_that_is_refused_is_none(record: Record) -> None:
    events = record(
        """
        for each in (defer.DeferredLock(), defer.DeferredSemaphore(1)):
            try:
                each.release()
            except AssertionError as problem:
                print(problem)
        """
    )
    assert len(of(events, "resource")) == 2
    assert of(events, "released") == []
    assert record.output.startswith("Tried to release an unlocked lock\n")  # type: ignore[attr-defined]


def test_a_file_lock_that_is_tried_again(record: Record) -> None:
    events = record(
        """
        import os, tempfile
        from twisted.internet import task
        name = os.path.join(tempfile.mkdtemp(), "lock")
        clock = task.Clock()
        one = defer.DeferredFilesystemLock(name, clock)
        two = defer.DeferredFilesystemLock(name, clock)
        one.deferUntilLocked()
        two.deferUntilLocked().addCallback(lambda nothing: print("mine"))
        refused = two.deferUntilLocked()
        refused.addErrback(lambda failure: print(failure.type.__name__))
        one.unlock()
        clock.advance(1)
        """
    )
    assert [r["what"] for r in of(events, "resource")] == ["filesystem_lock"] * 2
    assert [action for action, _ in told(events, 1)] == ["acquiring", "acquired", "released"]
    assert [action for action, _ in told(events, 2)] == ["acquiring", "acquiring", "acquired"]
    asked = of(events, "acquiring", resource=2)[0]["serial"]
    assert of(events, "acquired", resource=2)[0]["serial"] == asked
    assert record.output == "AlreadyTryingToLockError\nmine\n"  # type: ignore[attr-defined]


def test_async_with(record: Record) -> None:
    events = record(
        """
        async def careful():
            async with lock:
                print("inside")
        lock = defer.DeferredLock()
        defer.ensureDeferred(careful())
        """
    )
    assert [action for action, _ in told(events, 1)] == ["acquiring", "acquired", "released"]
    assert of(events, "released")[0]["stack"][1]["function"] == "careful"


def test_a_lock_that_is_older_than_the_recording(tmp_path: object, engine: str) -> None:
    from pathlib import Path

    import reactortrack
    from conftest import read_events
    from twisted.internet import defer

    lock, semaphore = defer.DeferredLock(), defer.DeferredSemaphore(3)
    lock.acquire()
    waiting = lock.acquire()
    semaphore.acquire()
    path = Path(str(tmp_path)) / "x.rtlog"
    with reactortrack.record(path, engine=engine):
        lock.release()
        semaphore.release()
    assert waiting.called
    events = read_events(path)
    first, second = of(events, "resource")
    assert (first["limit"], first["taken"]) == (1, 1)
    assert (second["limit"], second["taken"]) == (3, 1)
    assert "stack" not in first
    actions = [action for action, _ in told(events, 1)]
    assert actions == ["acquiring", "released", "acquired"]
    assert of(events, "acquiring")[0]["serial"] == of(events, "acquired")[0]["serial"]


def test_each_lock_has_its_own_number(record: Record) -> None:
    """An address that is used again is another lock."""
    events = record(
        """
        for _ in range(50):
            defer.DeferredLock().acquire()
        class Mine(defer.DeferredLock):
            def __init__(self):
                super().__init__()
                self.name = "mine"
            def __del__(self):
                print("gone")
        Mine().acquire()
        """
    )
    resources = of(events, "resource")
    assert [r["resource"] for r in resources] == list(range(1, 52))
    assert [e["resource"] for e in of(events, "acquired")] == list(range(1, 52))
    assert resources[-1]["type"] == "__main__.Mine"
    assert record.output == "gone\n"  # type: ignore[attr-defined]
