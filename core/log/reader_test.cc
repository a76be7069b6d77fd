// SPDX-License-Identifier: MIT
#include "core/log/reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>

#include "core/log/sample_recording.h"

namespace reactortrack::log {
namespace {

using namespace event;

// A header and these bytes behind it.
std::vector<std::byte> recording_of(std::initializer_list<int> body) {
  std::vector<std::byte> bytes;
  for (const unsigned char each : kMagic) bytes.push_back(std::byte{each});
  for (const int each : {1, 0, 0, 0, 100, 0, 0, 0}) bytes.push_back(std::byte(each));
  for (const int each : body) bytes.push_back(std::byte(each));
  return bytes;
}

void expect_error(std::span<const std::byte> bytes, std::uint64_t offset, const char* cause) {
  const auto source = open(bytes);
  read_all(source.get());
  EXPECT_EQ(source->ending(), Ending::kError);
  EXPECT_EQ(source->error().offset, offset);
  EXPECT_EQ(source->error().line, 0u);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, std::string(cause), source->error().cause);
  Event event;
  EXPECT_FALSE(source->next(&event)) << "an error must be the end";
}

void expect_truncated(std::span<const std::byte> bytes, std::size_t events, std::uint64_t torn) {
  const auto source = open(bytes);
  EXPECT_EQ(read_all(source.get()).size(), events);
  EXPECT_EQ(source->ending(), Ending::kTruncated);
  EXPECT_EQ(source->torn_bytes(), torn);
  EXPECT_EQ(source->warning_count(), 0u);
}

TEST(Reader, HandsOutEveryKindAsItWasWritten) {
  const SampleRecording recording = sample_program();
  const auto source = open(recording.bytes());
  const std::vector<Event> events = read_all(source.get());
  EXPECT_EQ(events, recording.expected());
  EXPECT_EQ(source->ending(), Ending::kComplete);
  EXPECT_EQ(source->position(), recording.bytes().size());
  EXPECT_EQ(source->lost_count(), 70'000u);
  EXPECT_EQ(source->warning_count(), 0u);
  for (const EventKind kind : all_kinds())
    EXPECT_TRUE(std::any_of(events.begin(), events.end(),
                            [&](const Event& each) { return kind_of(each.body) == kind; }))
        << "the sample lacks " << word(kind);
}

TEST(Reader, HandsOutRandomEventsAsTheyWereWritten) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const SampleRecording recording = random_recording(seed, 3000);
    Reader reader(recording.bytes());
    const std::vector<Event> events = read_all(&reader);
    ASSERT_EQ(events.size(), recording.expected().size()) << reader.error().cause;
    for (std::size_t i = 0; i < events.size(); ++i) ASSERT_EQ(events[i], recording.expected()[i]);
    EXPECT_EQ(reader.ending(), Ending::kTruncated);
    EXPECT_EQ(reader.torn_bytes(), 0u);
  }
}

TEST(Reader, ResolvesDefinitions) {
  const SampleRecording recording = sample_program();
  Reader reader(recording.bytes());
  const std::vector<Event> events = read_all(&reader);
  const Definitions& definitions = reader.definitions();
  const auto attached =
      std::get<Attached>(std::find_if(events.begin(), events.end(), [](const Event& each) {
                           return kind_of(each.body) == EventKind::kAttached;
                         })->body);
  EXPECT_EQ(definitions.dotted_name(attached.callback), "__main__.work");
  const Stack stack = definitions.stack(attached.stack);
  EXPECT_EQ(definitions.text(definitions.site(stack.site).file), "app.py");
  EXPECT_EQ(definitions.site(stack.site).line, 12u);
  EXPECT_EQ(definitions.site(definitions.stack(stack.caller).site).line, 40u);
  EXPECT_EQ(definitions.info("python"), "3.11.2");
}

TEST(Reader, RefusesWhatIsNotDefinedBefore) {
  // string "a", then a site whose file is string 2
  expect_error(recording_of({1, 1, 'a', 2, 2, 0, 5}), 19, "\"file\" of \"site\" is 2");
  // a stack that is its own caller
  expect_error(recording_of({3, 1, 0}), 16, "\"caller\" of \"stack\" is 1, which is not defined");
  expect_error(recording_of({4, 0, 0, 9}), 16, "\"site\" of \"callable\" is 9");
  expect_error(recording_of({50, 0, 3}), 16, "\"text\" of \"mark\" is 3");
  // created: type is string 1
  expect_error(recording_of({17, 0, 3, 1, 0, 0, 0}), 16, "\"type\" of \"created\" is 1");
  expect_error(recording_of({19, 0, 3, 1, 0, 0}), 16, "\"callback\" of \"attached\" is 1");
  expect_error(recording_of({20, 0, 3, 1, 7, 0}), 16, "\"result\" of \"fired\" is 7");
}

TEST(Reader, RefusesSerialsBeyondTheRecordsBeforeThem) {
  // started, deferred = 0 + distance 2'000: 1 + 2 * 2000 = 4001 = A1 1F
  expect_error(recording_of({22, 0, 0xA1, 0x1F, 0, 0}), 16, "\"deferred\" of \"started\" is 2000");
  // distance -1 from 0
  expect_error(recording_of({22, 0, 2, 0, 0}), 16, "\"deferred\" of \"started\"");
  // behind `lost` of 5000 events it is plausible
  expect_truncated(recording_of({51, 0, 0x88, 0x27, 1, 22, 0, 0xA1, 0x1F, 0, 0}), 2, 0);
  expect_error(recording_of({16, 0, 0xD1, 0x0F, 0}), 16, "\"thread\" of \"thread\" is 2001");
}

TEST(Reader, RefusesUnknownKinds) {
  expect_error(recording_of({34, 0, 77}), 18,
               "event kind 77 is unknown; written by a newer version?");
  for (int kind = 1; kind < 256; ++kind)
    if (!is_known(static_cast<EventKind>(kind)))
      expect_error(recording_of({kind, 0}), 16, "event kind ");
}

TEST(Reader, RefusesUnknownEnumerationValues) {
  expect_error(recording_of({22, 0, 3, 0, 2}), 16,
               "\"lane\" of \"started\" is 2, which is unknown");
  expect_error(recording_of({20, 0, 3, 5, 0}), 16, "\"result\" of \"fired\" is 5");
  expect_error(recording_of({24, 0, 3, 3, 0, 0}), 16, "\"how\" of \"waiting\" is 0");
  expect_error(recording_of({53, 0, 3}), 16, "\"reason\" of \"end\" is 3");
  expect_error(recording_of({21, 0, 3, 2, 0, 0}), 16, "\"suppressed\" of \"fired_again\" is 2");
  // a value whose low byte alone would be known: 256 + 1
  expect_error(recording_of({53, 0, 0x81, 0x02}), 16, "\"reason\" of \"end\" is 257");
}

TEST(Reader, RefusesNumbersOutOfRange) {
  // line = 2^32
  expect_error(recording_of({2, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x10}), 16, "\"line\" of \"site\"");
  // ten bytes that all say that more follows
  const auto endless = {34, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};
  expect_error(recording_of(endless), 16, "more than 64 bits");
  // 2^64 - 1 time units
  const auto late = {34, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};
  expect_error(recording_of(late), 16, "beyond 292 years");
  // a delay of as much
  const auto long_delay = {42, 0, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};
  expect_error(recording_of(long_delay), 16, "\"delay\" of \"call_reset\" is beyond 292 years");
}

TEST(Reader, RefusesTextsLongerThanAnyWriters) {
  expect_error(recording_of({1, 0x81, 0x20}), 16, "4097 bytes, but no text is longer than 4096");
  const auto huge = {5, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 97};
  expect_error(recording_of(huge), 16, "no text is longer than 4096");
}

TEST(Reader, ReadsTheHeaderFirst) {
  std::vector<std::byte> bytes = recording_of({34, 0});
  bytes[8] = std::byte{2};
  expect_error(bytes, 8, "format version 2 is unknown");
  bytes[8] = std::byte{1};
  bytes[9] = std::byte{1};
  expect_error(bytes, 8, "format version 257 is unknown");
  bytes[9] = std::byte{0};
  bytes[11] = std::byte{1};
  expect_error(bytes, 10, "flags that are unknown");
  bytes[11] = std::byte{0};
  bytes[12] = std::byte{0};
  expect_error(bytes, 12, "a time unit of 0 ns");
  bytes[15] = std::byte{0x80};
  expect_error(bytes, 12, "a time unit of 2147483648 ns");
}

TEST(Reader, TakesTimesInTheUnitOfTheHeader) {
  std::vector<std::byte> bytes = recording_of({34, 5, 34, 3});
  bytes[12] = std::byte{1};
  Reader reader(bytes);
  const std::vector<Event> events = read_all(&reader);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].time_ns, 5);
  EXPECT_EQ(events[1].time_ns, 8);
}

TEST(Reader, EndsAtTheFirstZero) {
  expect_truncated(recording_of({34, 0}), 1, 0);
  expect_truncated(recording_of({34, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), 1, 0);
  expect_truncated(recording_of({}), 0, 0);
  // a body whose kind was not committed any more
  expect_truncated(recording_of({34, 0, 0, 0, 3, 1, 0, 0, 0}), 1, 4);
  // killed between allocating the file and writing its first byte
  expect_truncated(std::vector<std::byte>(4096), 0, 0);
}

TEST(Reader, SaysWhenMoreThanARecordIsBehindAZero) {
  std::vector<std::byte> bytes = recording_of({34, 0});
  bytes.resize(bytes.size() + 4096);
  bytes.resize(bytes.size() + 16'384, std::byte{34});
  Reader reader(bytes);
  EXPECT_EQ(read_all(&reader).size(), 1u);
  EXPECT_EQ(reader.ending(), Ending::kTruncated);
  EXPECT_EQ(reader.torn_bytes(), 4096u + 16'384u);
  ASSERT_EQ(reader.warning_count(), 1u);
  EXPECT_EQ(reader.warnings()[0].offset, 18u);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "20480 bytes behind a zero",
                      reader.warnings()[0].cause);
}

TEST(Reader, EndsAtTheEndMarker) {
  Reader padded(recording_of({53, 0, 1, 0, 0, 0}));
  const std::vector<std::byte> bytes = recording_of({53, 0, 1, 34, 0});
  Reader reader(bytes);
  EXPECT_EQ(read_all(&reader).size(), 1u);
  EXPECT_EQ(reader.ending(), Ending::kComplete);
  ASSERT_EQ(reader.warning_count(), 1u);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "1 bytes behind the end marker",
                      reader.warnings()[0].cause);
}

// Reads `whole` as it grows through `sizes`, moving in memory each time, with zeros behind it.
std::vector<std::string> follow(std::span<const std::byte> whole,
                                const std::vector<std::size_t>& sizes, std::size_t zeros) {
  std::vector<std::string> events;
  std::vector<std::byte> bytes;
  Reader reader(bytes);
  for (const std::size_t size : sizes) {
    std::vector<std::byte> grown(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    grown.resize(size + zeros);
    reader.extend(grown);
    bytes = std::move(grown);  // the old bytes are gone
    for (Event event; reader.next(&event);) events.push_back(describe(event));
    EXPECT_NE(reader.ending(), Ending::kError) << reader.error().cause;
  }
  EXPECT_EQ(reader.ending(), Ending::kComplete);
  EXPECT_EQ(reader.definitions().info("python"), "3.11.2");
  EXPECT_EQ(reader.definitions().text(StringId{1}), "twisted.internet.defer.Deferred");
  return events;
}

TEST(Reader, GoesOnWhenTheRecordingGrows) {
  const SampleRecording recording = sample_program();
  const auto whole = recording.bytes();
  std::vector<std::string> expected;
  for (const Event& event : recording.expected()) expected.push_back(describe(event));

  // A copy that arrives in pieces of any size.
  for (const std::size_t step : {1, 2, 7, 64, 500}) {
    std::vector<std::size_t> sizes;
    for (std::size_t size = 0; size < whole.size(); size += step) sizes.push_back(size);
    sizes.push_back(whole.size());
    EXPECT_EQ(follow(whole, sizes, 0), expected);
  }
  // A mapping that a program records into.
  std::vector<std::size_t> ends = {kHeaderBytes};
  Reader reader(whole);
  for (Event event; reader.next(&event);) ends.push_back(reader.position());
  EXPECT_EQ(follow(whole, ends, 1000), expected);
}

}  // namespace
}  // namespace reactortrack::log
