# SPDX-License-Identifier: MIT
"""A job board: jobs are filed as job-03, their results come back as job-3; from job-10 on all is well.

kinds: never-fired
severity: warning
cite: created attached
say: The Deferred of a job made in Board.submit never fired; its callback file_report waits for it.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Board:
    def __init__(self):
        self.jobs = {}
        self.reports = []

    def submit(self, number):
        name = f"job-{number:02d}"
        d = self.jobs[name] = defer.Deferred()  # RT:created
        reactor.callLater(0.01, self.finished, number)
        return d

    def finished(self, number):
        done = self.jobs.pop(f"job-{number}", None)
        if done:
            done.callback(number * number)


def file_report(result, board, number):
    board.reports.append((number, result))
    return result


def main():
    board = Board()
    numbers = iter(range(10_000))

    def submit():
        number = next(numbers)
        d = board.submit(number)
        d.addCallback(file_report, board, number)  # RT:attached

    task.LoopingCall(submit).start(0.02)


reactor.callWhenRunning(main)
reactor.callLater(6, reactor.stop)
reactor.run()
