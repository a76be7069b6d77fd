# SPDX-License-Identifier: MIT
"""An except clause fails the Deferred, and the finally clause calls it back as well.

kinds: fired-twice
cite: created fired fired-again
say: done, created in export, was fired in the except clause, and again in the finally clause.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


def export(rows):
    done = defer.Deferred()  # RT:created
    done.addErrback(lambda failure: print("export failed"))
    task.deferLater(reactor, 0.05, write, rows, done).addErrback(lambda f: print(f.type.__name__))
    return done


def write(rows, done):
    try:
        print(rows[0])
    except IndexError as error:
        done.errback(error)  # RT:fired
    finally:
        done.callback(len(rows))  # RT:fired-again


export([])
reactor.callLater(0.4, reactor.stop)
reactor.run()
