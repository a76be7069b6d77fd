# SPDX-License-Identifier: MIT
"""A program that hangs while its reactor turns: somebody waits for an answer that never comes.

python hanging.py SECONDS
"""

import sys

from twisted.internet import defer, task

# Kept: nobody else refers to what waits, and the garbage collector would end the hang.
questions = []


def ask():
    question = defer.Deferred()
    questions.append(question)
    return question


async def answer_request():
    return await ask()


def main(reactor):
    done = defer.Deferred()
    reactor.callLater(float(sys.argv[1]), done.callback, None)
    heartbeat = task.LoopingCall(lambda: None)
    heartbeat.start(0.1)
    defer.ensureDeferred(answer_request())
    return done


if __name__ == "__main__":
    task.react(main)
