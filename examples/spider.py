#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A Scrapy spider that crawls a local shop, served by twisted.web in the same process.

The shop has N product pages and lists of ten with a link to the next list. The spider follows the
links and makes an item of each product page, a pipeline checks the items. It prints how many pages
it fetched, and how fast.

    pip install scrapy
    python examples/spider.py --pages 200
    reactortrack run -o spider.rtlog examples/spider.py
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.utils.reactor import install_reactor
from twisted.web.resource import Resource
from twisted.web.server import Request, Site

LIST_LENGTH = 10


class Shop(Resource):
    """/list/3 and /product/17; all that is not the shop is not found."""

    isLeaf = True

    def __init__(self, page_count: int) -> None:
        super().__init__()
        self.page_count = page_count

    def render_GET(self, request: Request) -> bytes:
        request.setHeader(b"content-type", b"text/html; charset=utf-8")
        kind, _, number = request.path.decode().strip("/").partition("/")
        if kind == "product" and int(number) < self.page_count:
            return self.product(int(number)).encode()
        if kind == "list" and int(number) * LIST_LENGTH < self.page_count:
            return self.list(int(number)).encode()
        request.setResponseCode(404)
        return b"not here\n"

    def product(self, number: int) -> str:
        reviews = "".join(f"<li>review {review}</li>" for review in range(number % 5))
        return (
            f"<html><title>Product {number}</title><h1>Product {number}</h1>"
            f"<p class=price>{number * 3 + 1}</p><ul>{reviews}</ul></html>"
        )

    def list(self, number: int) -> str:
        first = number * LIST_LENGTH
        last = min(first + LIST_LENGTH, self.page_count)
        links = "".join(f'<a class=product href="/product/{n}">{n}</a>' for n in range(first, last))
        following = f'<a class=next href="/list/{number + 1}">next</a>'
        return f"<html>{links}{following if last < self.page_count else ''}</html>"


class ShopSpider(scrapy.Spider):
    name = "shop"

    def parse(self, response: Any) -> Iterator[Any]:
        yield from response.follow_all(css="a.next", callback=self.parse)
        yield from response.follow_all(css="a.product", callback=self.parse_product)

    def parse_product(self, response: Any) -> Iterator[dict[str, Any]]:
        yield {
            "name": response.css("h1::text").get(),
            "price": int(response.css("p.price::text").get()),
            "reviews": response.css("li::text").getall(),
        }


class PriceCheck:
    """An item pipeline: each product must be worth something."""

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        if item["price"] <= 0:
            raise ValueError(f"{item['name']} has no price")
        return item


def crawl(page_count: int, concurrency: int) -> dict[str, Any]:
    """Serves the shop, crawls it, and returns Scrapy's statistics."""
    # Before the reactor is first imported: the one that Scrapy's settings ask for.
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor

    port = reactor.listenTCP(0, Site(Shop(page_count)), interface="127.0.0.1")
    process = CrawlerProcess(
        settings={
            "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
            "DOWNLOAD_DELAY": 0,
            "ITEM_PIPELINES": {PriceCheck: 100},
            "LOG_LEVEL": "WARNING",
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    crawler = process.create_crawler(ShopSpider)
    process.crawl(crawler, start_urls=[f"http://127.0.0.1:{port.getHost().port}/list/0"])
    process.start()
    return crawler.stats.get_stats()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="A Scrapy spider over a local site.")
    parser.add_argument("--pages", type=int, default=200, metavar="N", help="products in the shop")
    parser.add_argument("--concurrency", type=int, default=8, metavar="C")
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    stats = crawl(options.pages, options.concurrency)
    seconds = time.perf_counter() - began
    items = stats.get("item_scraped_count", 0)
    if items != options.pages:
        sys.exit(f"{items} items from {options.pages} products: {stats}")
    fetched = stats["downloader/response_count"]
    print(f"{items} items, {fetched} pages in {seconds:.3f} s, {fetched / seconds:.1f} pages/s")


if __name__ == "__main__":
    main(sys.argv[1:])
