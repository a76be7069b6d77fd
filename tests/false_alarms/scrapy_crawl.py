# SPDX-License-Identifier: MIT
"""A crawl of 200 local pages, with a pipeline, retries of pages that are not there, and a redirect."""
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import scrapy
from scrapy.crawler import CrawlerProcess


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.strip("/") or "0"
        if not path.isdigit():
            body, status = b"no", 404 if path == "gone" else 200
        else:
            number = int(path)
            links = [2 * number + 1, 2 * number + 2]
            body = "".join(f'<a href="/{each}">{each}</a>' for each in links if each < 200)
            body += '<a href="/gone">gone</a>' if number % 50 == 7 else ""
            body, status = f"<html><body>{body}</body></html>".encode(), 200
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Keep:
    count = 0

    def process_item(self, item):
        Keep.count += 1
        return item


class Spider(scrapy.Spider):
    name = "pages"

    async def start(self):
        yield scrapy.Request(self.root)

    def parse(self, response):
        yield {"url": response.url}
        for link in response.css("a::attr(href)").getall():
            yield response.follow(link, self.parse)


server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
threading.Thread(target=server.serve_forever, daemon=True).start()
process = CrawlerProcess({"LOG_LEVEL": "ERROR", "ITEM_PIPELINES": {Keep: 1}, "TELNETCONSOLE_ENABLED": False})
Spider.root = f"http://127.0.0.1:{server.server_port}/"
process.crawl(Spider)
process.start()
server.shutdown()
assert Keep.count == 200, Keep.count
