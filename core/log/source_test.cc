// SPDX-License-Identifier: MIT
#include "core/log/source.h"

#include <gtest/gtest.h>

#include <string>

namespace reactortrack::log {
namespace {

void expect_refused(std::string_view text, const char* cause) {
  const auto source = open(std::as_bytes(std::span(text)));
  event::Event event;
  EXPECT_EQ(source->ending(), Ending::kError);
  EXPECT_FALSE(source->next(&event));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, std::string(cause), source->error().cause);
  EXPECT_EQ(source->error().offset, 0u);
  source->extend(std::as_bytes(std::span(text)));
  EXPECT_EQ(source->ending(), Ending::kError);
}

TEST(Source, SaysWhatForeignBytesLookLike) {
  expect_refused("", "empty: nothing was recorded into it");
  expect_refused("import sys\nprint(1)\n", "text, but neither a recording nor JSON lines");
  expect_refused("[1, 2]\n", "text, but neither");
  expect_refused("\x89PNG\r\n\x1A\n", "a PNG picture");
  expect_refused("\x1F\x8B\x08", "compressed with gzip; unpack it first");
  expect_refused("\x28\xB5\x2F\xFD", "compressed with zstd");
  expect_refused(
      "\xFD"
      "7zXZ",
      "compressed with xz");
  expect_refused("PK\x03\x04", "a zip archive");
  expect_refused(
      "\x7F"
      "ELF",
      "a program");
  expect_refused("%PDF-1.7", "a PDF document");
  expect_refused("\x01\x02\x03", "not a recording: it begins neither");
  // a recording that went through a transfer in text mode
  expect_refused("\x89RTLOG\n\x01\x00", "not a recording");
  expect_refused(std::string_view("\0\0\0\0\0\0\0\0x", 9), "not a recording");
}

TEST(Source, TakesJsonLinesBehindOtherText) {
  for (const std::string text :
       {"{\"action\": \"created\", \"deferred\": 1}", "\xEF\xBB\xBF{\"action\": \"created\"}",
        "\n\n  {\"action\": \"created\"}", "FINISHED!\n{\"action\": \"created\"}\n"}) {
    const auto source = open(std::as_bytes(std::span(text)));
    event::Event event;
    EXPECT_TRUE(source->next(&event)) << text;
    EXPECT_TRUE(std::holds_alternative<event::Created>(event.body)) << text;
  }
}

TEST(Source, TakesTheBeginningOfARecording) {
  const std::string_view magic = "\x89RTLOG\r\n";
  for (std::size_t size = 1; size <= magic.size(); ++size) {
    const auto source = open(std::as_bytes(std::span(magic.substr(0, size))));
    event::Event event;
    EXPECT_FALSE(source->next(&event));
    EXPECT_EQ(source->ending(), Ending::kTruncated) << size;
    EXPECT_EQ(source->torn_bytes(), size);
  }
}

}  // namespace
}  // namespace reactortrack::log
