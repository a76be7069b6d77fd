# SPDX-License-Identifier: MIT
"""AMP: the responder of one command never answers when the account is frozen; the others are fine.

kinds: never-fired
severity: warning
cite: created
say: The responder's Deferred for a frozen account never fired, so the caller's transfer waits for ever.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, endpoints, protocol, reactor, task
from twisted.protocols import amp


class Transfer(amp.Command):
    arguments = [(b"account", amp.Integer()), (b"amount", amp.Integer())]
    response = [(b"balance", amp.Integer())]


class Ledger:
    frozen = {4}

    def book(self, account, amount):
        done = defer.Deferred()  # RT:created
        reactor.callLater(0.008, self.commit, account, amount, done)
        return done

    def commit(self, account, amount, done):
        if account in self.frozen:
            return
        done.callback(1000 + amount)


class Bank(amp.AMP):
    ledger = Ledger()

    @Transfer.responder
    async def transfer(self, account, amount):
        balance = await self.ledger.book(account, amount)
        return {"balance": balance}


async def pay(bank, account):
    reply = await bank.callRemote(Transfer, account=account, amount=5)
    return reply["balance"]


async def main():
    port = await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(
        protocol.Factory.forProtocol(Bank)
    )
    point = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)
    bank = await point.connect(protocol.Factory.forProtocol(amp.AMP))
    accounts = iter(range(10_000))

    def customer():
        defer.ensureDeferred(pay(bank, next(accounts))).addErrback(lambda failure: None)

    task.LoopingCall(customer).start(0.02)


defer.ensureDeferred(main())
reactor.callLater(6, reactor.stop)
reactor.run()
