# SPDX-License-Identifier: MIT
"""A reply with an unknown status is dropped, so whoever asked waits for ever.

kinds: never-fired
cite: created waiter
say: The Deferred made in Client.ask for request 2 was never fired: its reply was ignored; the coroutine conversation waits.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


class Client:
    def __init__(self):
        self.waiting = {}

    def ask(self, number):
        d = self.waiting[number] = defer.Deferred()  # RT:created
        reactor.callLater(0.05, self.reply, number, "ok" if number != 2 else "odd")
        return d

    def reply(self, number, status):
        if status == "ok":
            self.waiting.pop(number).callback(status)


async def conversation(client):
    for number in range(4):
        print(number, await client.ask(number))  # RT:waiter


client = Client()
defer.ensureDeferred(conversation(client))
reactor.callLater(0.9, reactor.stop)
reactor.run()
