# SPDX-License-Identifier: MIT
"""Scrapy: an item pipeline starts its store and returns the item at once; a failed store is lost.

kinds: unhandled-failure
cite: created raised
say: The Deferred of Pipeline.store failed with OSError, and no errback was ever attached.
"""
import signal; signal.alarm(60)
import gc
import scrapy
from scrapy.crawler import CrawlerProcess
from twisted.internet import defer, task


class Pipeline:
    def process_item(self, item):
        from twisted.internet import reactor

        self.store(reactor, item)
        return item

    def store(self, reactor, item):
        d = task.deferLater(reactor, 0.01, self.write, item)  # RT:created
        d.addCallback(self.count)
        return d

    def write(self, item):
        if item["size"] > 7:
            raise OSError("no space left for " + item["name"])  # RT:raised
        return item["size"]

    def count(self, size):
        self.total = getattr(self, "total", 0) + size

    def close_spider(self, spider):
        from twisted.internet import reactor

        return task.deferLater(reactor, 0.2, gc.collect)


class Names(scrapy.Spider):
    name = "names"
    start_urls = [f"data:text/plain,{name}" for name in ("ann", "bob", "gertrude")]

    def parse(self, response):
        yield {"name": response.text, "size": len(response.text)}


process = CrawlerProcess(
    {"ITEM_PIPELINES": {Pipeline: 1}, "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False}
)
process.crawl(Names)
process.start()
