# SPDX-License-Identifier: MIT
"""Uses the log's context in every way there is and prints all that can be seen of it.

usage: log_context_program.py off|native|wrap RECORDING
"""

from __future__ import annotations

import inspect
import threading
import traceback

from sections import run_sections, section
from twisted.python import context, log


def attempt(function, *arguments, **named):
    try:
        print("gives", function(*arguments, **named))
    except BaseException as problem:
        print(type(problem).__name__, problem, repr(problem.__context__))
        entry = problem.__traceback__
        while entry is not None:
            frame = entry.tb_frame
            print(
                frame.f_code.co_qualname if hasattr(frame.f_code, "co_qualname") else "",
                frame.f_code.co_name,
                entry.tb_lineno - frame.f_code.co_firstlineno,
                sorted(set(frame.f_locals) - {"problem", "entry", "frame"}),
                frame.f_globals["__name__"],
            )
            entry = entry.tb_next


def show(*arguments, **named):
    print(arguments, named, context.get(log.ILogContext), len(tracker().contexts))
    return "shown"


def tracker():
    return context.theContextTracker.currentContext()


@section
def nested():
    additions = {"system": "outer"}
    attempt(log.callWithContext, additions, show, 1, 2)
    attempt(log.callWithContext, additions, show, 1, more=2)
    attempt(
        log.callWithContext, additions, log.callWithContext, {"isError": 3}, show, "from within"
    )
    attempt(context.call, {"other": 1}, log.callWithContext, {}, show)
    attempt(context.call, {log.ILogContext: {"only": 1}}, log.callWithContext, {}, show)
    print(additions, context.get(log.ILogContext))


@section
def raising():
    def fails(word):
        show(word)
        raise ValueError(word)

    attempt(log.callWithContext, {"system": "s"}, fails, "one")
    attempt(log.callWithContext, {"system": "s"}, log.callWithContext, {"a": 1}, fails, "two")
    show()
    for problem in (KeyboardInterrupt, SystemExit, GeneratorExit):

        def stops(problem=problem):
            raise problem("stop")

        attempt(log.callWithContext, {}, stops)
    try:
        raise KeyError("being handled")
    except KeyError:
        attempt(log.callWithContext, {}, fails, "while another is handled")
    show()


@section
def odd_arguments():
    attempt(log.callWithContext)
    attempt(log.callWithContext, {})
    attempt(log.callWithContext, {}, None)
    attempt(log.callWithContext, None, show)
    attempt(log.callWithContext, [("system", "pairs")], show)
    attempt(log.callWithContext, {}, show, ctx=1)
    attempt(log.callWithContext, {}, show, newContext=1)
    attempt(log.callWithContext, func=show, ctx={"by": "name"})
    attempt(log.callWithContext, {}, show, func=1)
    print(log.callWithContext.__name__, inspect.signature(log.callWithContext))
    show()


@section
def logged():
    class Logger:
        def logPrefix(self):
            return "Prefix"

    class Buggy:
        def logPrefix(self):
            raise RuntimeError("no prefix")

    def speaks():
        log.msg("hello")
        log.err(ValueError("seen"), "while speaking")
        raise KeyError("not caught")

    for logger in (Logger(), Buggy()):
        attempt(log.callWithLogger, logger, show, 1)
        attempt(log.callWithLogger, logger, speaks)


@section
def changed_underway():
    def clears():
        del tracker().contexts[:]

    def clears_and_fails():
        clears()
        raise ValueError("after clearing")

    def replaces():
        tracker().contexts = [{}, {"of": "another"}]

    whole = list(tracker().contexts)
    for change in (clears, clears_and_fails, replaces):
        try:
            log.callWithContext({}, change)
        except Exception as problem:
            print(type(problem).__name__, problem, repr(problem.__context__))
        print(len(tracker().contexts))
        tracker().contexts = list(whole)
    show()


@section
def replaced():
    def spied(name, original):
        def spy(*arguments, **named):
            print("spied", name)
            return original(*arguments, **named)

        return spy

    for owner, name in (
        (log, "callWithContext"),
        (context, "call"),
        (context, "get"),
        (context.ContextTracker, "callWithContext"),
        (context.ContextTracker, "getContext"),
        (context.ThreadedContextTracker, "currentContext"),
        (tracker(), "callWithContext"),
        (tracker(), "getContext"),
        (context.theContextTracker, "currentContext"),
    ):
        own = name in vars(owner)
        original = getattr(owner, name)
        setattr(owner, name, spied(name, original))
        attempt(log.callWithContext, {"system": name}, show)
        if own:
            setattr(owner, name, original)
        else:
            delattr(owner, name)
    attempt(log.callWithContext, {"system": "as it was"}, show)

    class Heir(dict):
        def __getitem__(self, key):
            print("heir asked")
            return super().__getitem__(key)

    attempt(context.call, Heir({log.ILogContext: {"a": 1}}), log.callWithContext, {}, show)
    attempt(context.call, {log.ILogContext: Heir(b=1)}, log.callWithContext, {}, show)
    before = context.theContextTracker
    context.installContextTracker(context.ThreadedContextTracker())
    attempt(log.callWithContext, {"system": "of another tracker"}, show)
    context.installContextTracker(before)
    attempt(log.callWithContext, {"system": "of the first"}, show)


@section
def in_threads():
    said = []

    def run():
        said.append(log.callWithContext({"system": "thread"}, context.get, log.ILogContext))
        said.append(context.get(log.ILogContext))

    thread = threading.Thread(target=run)
    log.callWithContext({"system": "starter"}, thread.start)
    thread.join()
    print(said)


@section
def deep():
    depths = []

    def deeper(depth):
        depths.append(depth)
        log.callWithContext({"depth": depth}, deeper, depth + 1)

    try:
        deeper(0)
    except RecursionError as problem:
        print(str(problem)[:32], len(traceback.extract_tb(problem.__traceback__)) > 100)
    print(len(depths) > 50, len(tracker().contexts))
    show()


@section
def when_things_go():
    class Goes:
        def __init__(self, name):
            self.name = name

        def __del__(self):
            print("gone", self.name)

    def takes(*things):
        print("called")
        return Goes("result")

    log.callWithContext({"system": Goes("in the context")}, takes)
    print("over")
    log.callWithContext({}, takes, Goes("argument"))
    print("over")

    def fails(*things):
        raise ValueError("fails")

    try:
        log.callWithContext({"system": Goes("in the context")}, fails, Goes("argument"))
    except ValueError:
        print("caught")
    print("over")


if __name__ == "__main__":
    run_sections(str)
