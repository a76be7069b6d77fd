# SPDX-License-Identifier: MIT
"""Makes a program that shows a difference as small as can be.

Leaves out runs of lines, halves first, then ever shorter ones, then single lines inside the
functions, as long as the rest still shows one (delta debugging, Zeller and Hildebrandt, 2002). As
every name a program uses is a place in a list, what is left always runs.
"""

from __future__ import annotations

from typing import Callable

from grammar import Node, render

Differs = Callable[[str], bool]


def shrink(nodes: list[Node], differs: Differs, budget: int = 400) -> list[Node]:
    """A smaller program of which `differs(source)` is still true; at most `budget` are tried."""
    left = [budget]

    def still(candidate: Callable[[], str]) -> bool:
        if left[0] <= 0:
            return False
        left[0] -= 1
        return differs(candidate())

    changed = True
    while changed and left[0] > 0:
        before = render(nodes)
        _shrink_list(nodes, lambda: still(lambda: render(nodes)))
        for each in list(nodes):
            _shrink_inside(nodes, each, lambda: still(lambda: render(nodes)))
        changed = render(nodes) != before
    return nodes


def _shrink_list(part: list[Node], still: Callable[[], bool]) -> None:
    """Take runs of nodes out of `part`, in place, while still() is true."""
    size = max(1, len(part) // 2)
    while part:
        start = 0
        while start < len(part):
            taken = part[start : start + size]
            del part[start : start + size]
            if not still():
                part[start:start] = taken
                start += size
        if size == 1:
            return
        size = max(1, size // 2)


def _shrink_inside(around: list[Node], node: Node, still: Callable[[], bool]) -> None:
    if node.children is None:
        return
    _shrink_list(node.children, still)
    for each in list(node.children):
        _shrink_inside(node.children, each, still)
    if node.head.startswith("for turn"):
        _fewer_turns(node, still)
    if node.head.startswith(("try:", "for ", "with ")) and node in around:  # without its guard
        place = around.index(node)
        around[place : place + 1] = node.children
        if not still():
            around[place : place + len(node.children)] = [node]


def _fewer_turns(node: Node, still: Callable[[], bool]) -> None:
    before = node.head
    for count in (2, 3, 5):
        node.head = f"for turn in turns({count}):"
        if still():
            return
    node.head = before
