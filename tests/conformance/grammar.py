# SPDX-License-Identifier: MIT
"""Random programs of Deferred operations: a seed gives a tree of lines, the same on every Python.

Each seed picks some of the kinds of operations and leaves the others out, so that rare
combinations get programs of their own ("swarm testing", Groce et al., 2012). Everything a program
has is in lists (`d[3]`), so that any line can be left out of it and the rest still runs: that is
what lets shrink.py make it small.
"""

from __future__ import annotations

import random
from typing import Callable

SUBS = (
    *("Sub", "SubSub", "Slotted", "Fields", "OwnInit", "LateInit", "NoInit", "Dying", "Rising"),
    *("Falsy", "Setting", "Getting", "PausedProperty", "OverAdd", "OverAddOne", "OverFire"),
    *("OverStart", "OverRun", "OverPause", "OverCancel", "OverChain"),
)


class Node:
    """A line with what belongs inside it, and lines that end it."""

    __slots__ = ("children", "head", "tail")

    def __init__(
        self, head: str, children: list[Node] | None = None, tail: tuple[str, ...] = ()
    ) -> None:
        self.head, self.children, self.tail = head, children, tail

    def render(self, lines: list[str], indent: str = "") -> None:
        lines.append(indent + self.head)
        if self.children is not None:
            for each in self.children:
                each.render(lines, indent + "    ")
            if not self.children:
                lines.append(indent + "    pass")
        lines += [indent + each for each in self.tail]


def render(nodes: list[Node]) -> str:
    lines: list[str] = []
    for node in nodes:
        node.render(lines)
    return "\n".join(lines) + "\n"


class Grammar:
    """Makes one program."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random
        self.steps = 0
        self.labels = 0
        self.slots = 2 + self.below(6)
        self.functions = 2 + self.below(6)
        self.coroutines = self.below(4) if self.chance(0.6) else 0
        self.generators = self.below(4) if self.chance(0.6) else 0
        self.kinds = self._choose_kinds()
        #: Deferreds are looked at through vars(), which changes how Python keeps them.
        self.by_vars = self.chance(0.3)
        self.whole_tracebacks = self.chance(0.08)

    # ---- Dice ------------------------------------------------------------------------------------

    def below(self, limit: int) -> int:
        return int(self._random() * limit)

    def chance(self, share: float) -> bool:
        return self._random() < share

    def one(self, *choices: str) -> str:
        return choices[self.below(len(choices))]

    def _choose_kinds(self) -> list[Callable[[], str]]:
        chosen = [self.create] * 2 + [self.add] * 4 + [self.fire] * 3
        for method, weight, share in self._optional():
            if self.chance(share):
                chosen += [method] * weight
        return chosen

    def _optional(self) -> list[tuple[Callable[[], str], int, float]]:
        return [
            (self.fail_it, 2, 0.7),
            (self.cancel, 2, 0.5),
            (self.pausing, 2, 0.4),
            (self.chain, 2, 0.4),
            (self.create_more, 3, 0.6),
            (self.create_sub, 3, 0.4),
            (self.combine, 2, 0.5),
            (self.start_coroutine, 2, 0.7),
            (self.misuse, 1, 0.25),
            (self.by_hand, 1, 0.2),
            (self.drop, 2, 0.4),
            (self.time, 2, 0.3),
            (self.locks, 2, 0.3),
            (self.futures, 2, 0.2),
            (self.look_at, 1, 0.4),
            (self.contexts, 1, 0.2),
            (self.debugging, 1, 0.1),
            (self.switching, 1, 0.03),
            (self.iterate, 1, 0.2),
            (self.warn, 1, 0.05),
        ]

    # ---- Expressions -----------------------------------------------------------------------------

    def slot(self) -> str:
        return f"d[{self.below(self.slots)}]"

    def function(self) -> str:
        roll = self.below(40)
        if roll < 30:
            return f"f{self.below(self.functions)}"
        if roll < 34:
            return f"{self.slot()}.{self.one('callback', 'errback', 'addBoth', 'cancel', 'pause')}"
        return self.one(
            *("through", "_failthru", "defer.passthru", "str", "Caller(f0)", "Caller(f1).method"),
            *("functools.partial(f0, 7)", "lambda r: f1(r)", "Deferred", "succeed", "fail"),
            *(self.coroutine_function(), self.generator_function(), "[].append"),
        )

    def coroutine_function(self) -> str:
        return f"c{self.below(self.coroutines)}" if self.coroutines else "f0"

    def generator_function(self) -> str:
        return f"g{self.below(self.generators)}" if self.generators else "f0"

    def error(self) -> str:
        self.labels += 1
        kind = self.one("E", "E", "E", "Other", "ValueError", "CancelledError", "Interrupt")
        if self.chance(0.03):
            kind = self.one("StopIteration", "GeneratorExit", "SystemExit", "AssertionError")
        return f"{kind}({self.labels})"

    def failure(self) -> str:
        kind = "FailureSub" if self.chance(0.1) else "Failure"
        return f"{kind}({self.error()})"

    def value(self) -> str:
        self.labels += 1
        roll = self.below(20)
        if roll < 8:
            return str(self.labels)
        if roll < 12:
            return f"Token({self.labels})"
        if roll < 14:
            return self.slot()
        if roll < 15:
            return self.failure()
        return self.one("None", "'text'", "(1, 2)", "[]", self.error(), "Odd()", "f0", "True")

    def arguments(self) -> str:
        """What may follow the callback in addCallback(...)."""
        if self.chance(0.7):
            return ""
        return self.one(
            ", 1", ", 1, 'two'", ", x=1", ", 1, x=Token(0)", ", *(1, 2), **{'y': 3}", ", result=1"
        )

    # ---- Operations: each returns one line -------------------------------------------------------

    def create(self) -> str:
        how = "Deferred()"
        if self.chance(0.3):
            how = f"Deferred({self.one('', 'canceller=')}{self.function()})"
        return f"{self.slot()} = {how}"

    def create_more(self) -> str:
        how = self.one(
            f"succeed({self.value()})",
            f"succeed({self.value()})",
            f"fail({self.failure()})",
            f"fail({self.error()})",
            f"execute({self.function()}, {self.value()})",
            f"maybeDeferred({self.function()}, {self.value()})",
            f"maybeDeferred(lambda: {self.value()})",
            f"copy.copy({self.slot()})",
            "succeed(result=1)",
            "roundtrip(succeed(1))",
            f"Deferred().addCallback({self.function()})",
        )
        return f"{self.slot()} = {how}"

    def create_sub(self) -> str:
        kind = SUBS[self.below(len(SUBS))]
        if kind in ("NoInit", "OwnInit") or self.chance(0.6):
            return f"{self.slot()} = {kind}()"
        return f"{self.slot()} = {kind}({self.function()})"

    def several(self) -> str:
        return ", ".join([self.slot() for _ in range(self.below(4))])

    def combine(self) -> str:
        flags = ""
        for flag in ("fireOnOneCallback", "fireOnOneErrback", "consumeErrors"):
            if self.chance(0.3):
                flags += f", {flag}=True"
        how = self.one(
            f"DeferredList([{self.several()}]{flags})",
            f"ListSub([{self.several()}]{flags})",
            f"gatherResults([{self.several()}]{self.one('', ', True', ', consumeErrors=True')})",
            f"defer.race([{self.several()}])",
        )
        return f"{self.slot()} = {how}"

    def start_coroutine(self) -> str:
        coroutine, generator = self.coroutine_function(), self.generator_function()
        how = self.one(
            f"ensureDeferred({coroutine}())",
            f"Deferred.fromCoroutine({coroutine}())",
            f"maybeDeferred({coroutine})",
            f"{generator}()",
            f"{generator}()",
            f"maybeDeferred({generator}, 1)",
            f"defer.ensureDeferred({self.slot()})",
        )
        return f"{self.slot()} = {how}"

    def add(self) -> str:
        roll = self.below(20)
        one = self.function()
        if roll < 6:
            return f"{self.slot()}.addCallback({one}{self.arguments()})"
        if roll < 9:
            return f"{self.slot()}.addErrback({one}{self.arguments()})"
        if roll < 13:
            return f"{self.slot()}.addBoth({one}{self.arguments()})"
        if roll < 15:
            return f"{self.slot()}.addCallback({one}).addErrback({self.function()})"
        two = self.one(self.function(), self.function(), self.function(), "None")
        more = self.one(
            *("", "", ", (1,)", ", (1,), {'x': 2}", ", None, None, None, None", ", [], {}, (3,)"),
            *(", errbackArgs=(1,)", ", callbackKeywords={'z': Token(0)}", ", errbackKeywords=None"),
        )
        if self.chance(0.1):
            return f"{self.slot()}.addCallbacks(callback={one}, errback={two})"
        return f"{self.slot()}.addCallbacks({one}, {two}{more})"

    def fire(self) -> str:
        return f"{self.slot()}.callback({self.value()})"

    def fail_it(self) -> str:
        if self.chance(0.15):
            return f"{self.slot()}.errback()"
        return f"{self.slot()}.errback({self.one(self.failure(), self.error())})"

    def cancel(self) -> str:
        return f"{self.slot()}.cancel()"

    def pausing(self) -> str:
        return f"{self.slot()}.{self.one('pause', 'unpause')}()"

    def chain(self) -> str:
        return f"{self.slot()}.chainDeferred({self.slot()})"

    def misuse(self) -> str:
        slot, one = self.slot(), self.function()
        return self.one(
            *(f"{slot}.callback()", f"{slot}.callback(1, 2)", f"{slot}.callback(result=1)"),
            *(
                f"{slot}.errback(fail={self.error()})",
                f"{slot}.errback('text')",
                f"{slot}.errback(5)",
            ),
            *(f"{slot}.addCallback()", f"{slot}.addCallback(5)", f"{slot}.addBoth(callback={one})"),
            *(f"{slot}.addErrback(errback={one})", f"{slot}.addCallbacks()", "Deferred(1, 2)"),
            *(f"{slot}.addCallbacks({one}, 5)", f"{slot}.addCallbacks({one}, nonsense=1)"),
            *(f"{slot}.addCallbacks(None, {one})", f"{slot}.addCallback({one}, callback=1)"),
            *("Deferred.callback(3, 4)", "Deferred.addCallback(None, f0)", "Deferred.callback()"),
            *(f"Deferred.callback({slot}, 1)", f"Deferred.addBoth({slot}, {one})", "succeed()"),
            *(f"{slot}._startRunCallbacks(3)", f"{slot}._runCallbacks()", f"{slot}.__init__()"),
            *(f"{slot}.addCallbacks({one}, {one}, 5, 6)", "Deferred(nonsense=1)", "fail()"),
            *(
                f"{slot}.addCallback({one}, self=2)",
                "ensureDeferred(5)",
                f"{slot}._runCallbacks(1)",
            ),
            *("DeferredList(5)", f"DeferredList([5, {slot}])", f"{slot}.chainDeferred(None)"),
            *("inlineCallbacks(f0)().addErrback(note)", f"{slot}.addTimeout(1, None)"),
            f"{self.slot()} = Deferred.__new__(Deferred)",
        )

    def by_hand(self) -> str:
        slot = self.slot()
        listed = f"getattr({slot}, LIST)"
        return self.one(
            *(
                f"{slot}.result = {self.value()}",
                f"{slot}.called = {self.one('True', 'False', '1')}",
            ),
            *(f"{slot}.paused = {self.one('0', '1', '-1', 'True')}", f"del {slot}.result"),
            *(f"{slot}._suppressAlreadyCalled = True", f"{slot}._chainedTo = {self.slot()}"),
            *(f"{slot}._canceller = {self.one('None', 'f0')}", f"{slot}._runningCallbacks = True"),
            *(
                f"{slot}._runningCallbacks = False",
                f"{slot}._debugInfo = None",
                f"del {slot}.called",
            ),
            *(f"setattr({slot}, LIST, [])", f"setattr({slot}, LIST, OwnList({listed}))"),
            *(f"setattr({slot}, LIST, tuple({listed}))", f"{listed}.pop()", f"{listed}.clear()"),
            *(f"{listed}.append(((f0, (1,), {{}}), (f1, (), {{'x': 1}})))", f"{listed}.reverse()"),
            *(f"{listed}.append(([f0, [1], {{}}], [f1, [], {{}}]))", f"{listed}.append((f0, f1))"),
            *(f"{listed}.insert(0, {listed}[-1])", f"{slot}.debug = {self.one('True', 'False')}"),
            *(f"{slot}.callback = f0", f"{slot}._runCallbacks = f0", f"{slot}.pause = f1"),
            *(f"{slot}.addCallbacks = f0", f"{slot}._startRunCallbacks = f1", f"{slot}.mine = 1"),
            *(f"{slot}.__class__ = {self.one('Sub', 'OverRun', 'Deferred', 'Setting')}",),
            *(
                f"vars({slot})['result'] = 5",
                f"vars({slot}).clear()",
                f"vars({slot})['paused'] = 0",
            ),
            *(f"vars({slot}).pop('called', None)", f"{slot}.__dict__ = dict(vars({slot}))"),
        )

    def drop(self) -> str:
        slot = self.slot()
        return self.one(
            f"{slot} = None",
            f"{slot} = None",
            f"{slot} = {self.slot()}",
            "collect()",
            f"w[{self.below(3)}] = weakref.ref({slot}, gone)",
            f"w[{self.below(3)}] = weakref.ref({slot})",
            f"note(w[{self.below(3)}]())",
            f"{slot}.own_cycle = {slot}",
            "d.clear()" if self.chance(0.02) else f"{slot} = None",
        )

    def time(self) -> str:
        slot = self.slot()
        return self.one(
            f"{slot}.addTimeout({self.below(3)}, clock)",
            f"{slot}.addTimeout(1, clock, {self.one('f0', 'onTimeoutCancel=f0', 'None')})",
            f"clock.advance({self.below(3)})",
            "clock.advance(1)",
            f"{slot} = task.deferLater(clock, {self.below(3)}, {self.function()}, 1)",
            f"{slot} = task.LoopingCall.withCount(f0)",
            "note(task.LoopingCall(f0))",
        )

    def locks(self) -> str:
        slot = self.slot()
        return self.one(
            *(f"{slot} = lock.acquire()", f"{slot} = lock.acquire()", "lock.release()"),
            *(f"{slot} = lock.run({self.function()}, 1)", f"{slot} = sem.acquire()"),
            *("sem.release()", f"{slot} = sem.run({self.function()}, 1)", "lock.release()"),
            *(f"{slot} = queue.get()", f"{slot} = queue.get()", f"queue.put({self.value()})"),
            *(f"queue.put({self.value()})", f"note(lock, lock.locked, sem.tokens, {slot})"),
        )

    def futures(self) -> str:
        place, slot = f"fut[{self.below(3)}]", self.slot()
        return self.one(
            *(f"{place} = loop().create_future()", f"{place} = loop().create_future()"),
            *(f"{place} = {slot}.asFuture(loop())", f"{place} = {slot}.asFuture(loop())"),
            *(f"{slot} = Deferred.fromFuture({place})", f"{slot} = Deferred.fromFuture({place})"),
            *(f"{place}.set_result({self.value()})", f"{place}.set_exception({self.error()})"),
            *(f"{place}.cancel()", "spin()", "spin()", f"note({place})", f"{place} = None"),
        )

    def look_at(self) -> str:
        slot = self.slot()
        name = self.one(
            *("__init__", "addCallbacks", "addCallback", "addErrback", "addBoth", "callback"),
            *("errback", "_runCallbacks", "pause", "cancel", "chainDeferred", "__iter__"),
        )
        return self.one(
            f"note(list(vars({slot})))",
            f"note(str({slot}))",
            f"note(repr({slot}) == str({slot}), {slot} == {self.slot()})",
            f"note(str(inspect.signature(Deferred.{name})), Deferred.{name}.__doc__)",
            f"note(Deferred.{name}.__qualname__, inspect.isfunction(Deferred.{name}))",
            f"note({slot}.{name}.__name__, {slot}.{name} == {slot}.{name})",
            f"note(inspect.ismethod({slot}.{name}), {slot}.{name}.__func__ is Deferred.{name})",
            f"note(roundtrip({slot}).called)",
            f"note(copy.deepcopy({slot}).called)",
            f"note([x for x in dir({slot}) if 'all' in x])",
            "note(sys.exc_info()[1])",
            "note(succeed.__name__, str(inspect.signature(succeed)), succeed.__code__.co_name)",
            f"note(len(gc.get_referrers({slot})) > 0, isinstance({slot}, Deferred))",
        )

    def contexts(self) -> str:
        self.labels += 1
        return self.one(
            f"var.set({self.labels})",
            "note(var.get())",
            f"contextvars.copy_context().run({self.slot()}.callback, {self.value()})",
            f"contextvars.copy_context().run({self.slot()}.addBoth, {self.function()})",
        )

    def debugging(self) -> str:
        return self.one(
            "setDebugging(True)",
            "setDebugging(True)",
            "setDebugging(False)",
            "note(getDebugging())",
        )

    def switching(self) -> str:
        return f"recorded({self.one('True', 'False')})"

    def iterate(self) -> str:
        return self.one(
            f"w[3] = iter({self.slot()})",
            f"w[3] = {self.slot()}.__await__()",
            "note(next(w[3]))",
            "note(next(w[3]))",
            "w[3].throw(E('thrown'))",
            f"coro[0] = {self.coroutine_function()}()",
            "coro[0].send(None)",
            "coro[0] = None",
            f"{self.slot()} = ensureDeferred(coro[0])",
        )

    def warn(self) -> str:
        return self.one(
            "warnings.simplefilter('error')",
            "warnings.simplefilter('always')",
            "warnings.warn('own', DeprecationWarning)",
        )

    # ---- The program -----------------------------------------------------------------------------

    def operation(self) -> str:
        self.steps += 1
        kind = self.kinds[self.below(len(self.kinds))]
        counted = kind not in (self.drop, self.look_at, self.warn, self.switching, self.debugging)
        return f"{'at' if counted else 'step'}({self.steps}); {kind()}"

    def guarded(self, operation: str | None = None) -> Node:
        line = self.operation() if operation is None else operation
        return Node("try:", [Node(line)], ("except BaseException as e: error(e)",))

    def body(self, awaiting: str = "") -> list[Node]:
        """What a function does before it returns."""
        nodes = []
        for _ in range(self.below(3) if not awaiting else self.below(5)):
            if awaiting and self.chance(0.7):
                nodes.append(self.waiting(awaiting))
            elif self.chance(0.5):
                nodes.append(Node(self.operation()))
            else:
                nodes.append(self.guarded())
        if self.chance(0.2):
            nodes.append(Node(f"look({self.slot()})"))
        return nodes

    def waiting(self, word: str) -> Node:
        """A step of a coroutine."""
        what = self.slot()
        if self.chance(0.3):
            what = self.one(
                *(f"succeed({self.value()})", f"fail({self.error()})", "Deferred()"),
                f"{self.generator_function()}()",
                f"{self.coroutine_function()}()" if word == "await" else self.value(),
                f"gatherResults([{self.several()}])",
                f"DeferredList([{self.several()}])",
            )
        self.steps += 1
        line = (
            f"at({self.steps}); note({word} {what})"
            if word == "await"
            else (f"at({self.steps}); note((yield {what}))")
        )
        roll = self.below(10)
        if roll < 5:
            return Node(line)
        if roll < 8:
            return Node(
                "try:",
                [Node(line)],
                (f"except {self.one('E', 'E', 'CancelledError', 'Exception')} as e: error(e)",),
            )
        if roll < 9:
            return Node("try:", [Node(line)], ("finally: note('finally')",))
        return Node("for _ in range(3):", [Node(line)])

    def outcome(self, inside: str = "") -> Node:
        roll = self.below(20)
        if roll < 5:
            return Node("return r" if not inside else f"return {self.value()}")
        if roll < 9:
            return Node(f"return {self.value()}")
        if roll < 13:
            return Node(f"return {self.slot()}")
        if roll < 15:
            return Node(f"raise {self.error()}")
        if roll < 16:
            return Node(f"return {self.failure()}")
        if roll < 17 and inside != "async":
            return Node(
                f"returnValue({self.value()})"
                if inside
                else f"raise {self.error()} from E('cause')"
            )
        if roll < 18:
            return Node(f"return {self.one('succeed', 'fail')}({self.error()})")
        return Node("return None")

    def functions_of_program(self) -> list[Node]:
        made = []
        for number in range(self.functions):
            inside = [Node(f"if out({number}, r, a, k): return r"), *self.body(), self.outcome()]
            made.append(Node(f"def f{number}(r=None, *a, **k):", inside))
        for number in range(self.coroutines):
            inside = [Node(f"if out('c{number}', a): return 0"), *self.body("await")]
            inside.append(self.outcome("async"))
            made.append(Node(f"async def c{number}(*a):", inside))
        for number in range(self.generators):
            inside = [Node(f"if out('g{number}', a): return 0"), *self.body("yield")]
            inside.append(self.outcome("generator"))
            if self.chance(0.95):
                inside.append(Node("yield"))
            made.append(Node("@inlineCallbacks", None))
            made[-1] = Node(f"@inlineCallbacks\ndef g{number}(*a):", inside)
        return made

    def program(self) -> list[Node]:
        nodes = self.functions_of_program()
        nodes += self.first_deferreds()
        within = []
        for _ in range(5 + self.below(45)):
            within += self.stretch()
        if self.chance(0.3):
            return nodes + within
        if self.chance(0.5):
            within = self.first_deferreds() + within
        return [*nodes, Node(f"for turn in turns({2 + self.below(12)}):", within)]

    def first_deferreds(self) -> list[Node]:
        kinds = ("Deferred()", "Deferred(f0)", "Deferred()", "Sub()")
        made = [f"d[{number}] = {self.one(*kinds)}" for number in range(self.slots)]
        return [Node(line) for line in made if self.chance(0.8)]

    def stretch(self) -> list[Node]:
        roll = self.below(50)
        if roll == 0:
            nodes = [self.inside_except()]
        elif roll == 1:
            nodes = [self.inside_patch()]
        else:
            nodes = [self.guarded()]
        if self.chance(0.4):
            nodes.append(Node(f"look({self.slot()})"))
        return nodes

    def inside_except(self) -> Node:
        """Operations while an exception is being handled: it becomes the context of others."""
        return Node(
            "try:",
            [Node(f"raise {self.error()}")],
            (
                "except BaseException:",
                f"    try: {self.operation()}",
                "    except BaseException as e: error(e)",
            ),
        )

    def inside_patch(self) -> Node:
        name = self.one(
            "callback", "addCallbacks", "_runCallbacks", "_startRunCallbacks", "addBoth"
        )
        return Node(f"with patched('{name}'):", [self.guarded(), self.guarded()])
