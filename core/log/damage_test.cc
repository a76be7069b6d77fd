// SPDX-License-Identifier: MIT
//
// Damaged recordings: whatever the damage, reading ends, and what stood before it is read.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/log/sample_recording.h"
#include "core/log/source.h"

namespace reactortrack::log {
namespace {

// Looks at everything a caller may look at, so that a sanitizer sees every view.
std::size_t look_at_all(Source* source) {
  std::size_t count = 0;
  std::size_t seen = 0;
  for (event::Event event; source->next(&event); ++count) seen += describe(event).size();
  const Definitions& definitions = source->definitions();
  for (std::uint32_t id = 0; id <= definitions.callable_count(); ++id)
    seen += definitions.dotted_name(event::CallableId{id}).size();
  for (std::uint32_t id = 0; id <= definitions.string_count(); ++id)
    for (const char c : definitions.text(event::StringId{id})) seen += c == 'x';
  EXPECT_NE(source->ending(), Ending::kOpen);
  EXPECT_NE(seen, ~std::size_t{0});
  return count;
}

TEST(Damage, ATruncatedRecordingGivesTheEventsBeforeTheCut) {
  const SampleRecording recording = sample_program();
  const std::vector<event::Event>& expected = recording.expected();
  std::size_t most = 0;
  for (std::size_t size = 1; size < recording.bytes().size(); ++size) {
    // A copy of its own, so that a byte read too far is seen.
    const std::vector<std::byte> bytes(
        recording.bytes().begin(), recording.bytes().begin() + static_cast<std::ptrdiff_t>(size));
    const auto source = open(bytes);
    const std::vector<event::Event> events = read_all(source.get());
    ASSERT_EQ(source->ending(), Ending::kTruncated) << size << ": " << source->error().cause;
    if (size >= kHeaderBytes) {
      ASSERT_EQ(source->position() + source->torn_bytes(), size);
    }
    ASSERT_LE(events.size(), expected.size());
    ASSERT_TRUE(std::equal(events.begin(), events.end(), expected.begin()));
    ASSERT_GE(events.size(), most) << "more bytes must not give fewer events";
    most = events.size();
  }
  EXPECT_EQ(most, expected.size() - 1) << "all but the end marker";
}

// As a killed program leaves it: the body of the last record, or a part of it, but not its kind,
// which is written last; and zeros behind it.
TEST(Damage, AKilledProgramsRecordingGivesTheEventsBeforeTheKill) {
  const SampleRecording recording = sample_program();
  const auto whole = recording.bytes();
  std::vector<std::byte> bytes(whole.size() + 512);
  std::copy_n(whole.begin(), kHeaderBytes, bytes.begin());
  const auto reader = open(whole);
  std::size_t begin = kHeaderBytes;
  std::size_t count = 0;
  for (event::Event event; reader->next(&event); ++count) {
    const std::size_t end = reader->position();
    for (std::size_t at = begin + 1; at < end; ++at) {
      const auto source = open(bytes);
      ASSERT_EQ(read_all(source.get()).size(), count);
      ASSERT_EQ(source->ending(), Ending::kTruncated);
      ASSERT_LT(source->torn_bytes(), end - begin);
      bytes[at] = whole[at];
    }
    bytes[begin] = whole[begin];
    begin = end;
  }
  EXPECT_EQ(count, recording.expected().size());
}

TEST(Damage, EverySingleByteMayBeAnything) {
  const SampleRecording recording = sample_program();
  std::vector<std::byte> bytes(recording.bytes().begin(), recording.bytes().end());
  std::size_t errors = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const std::byte whole = bytes[at];
    for (int value = 0; value < 256; value += at < kHeaderBytes ? 1 : 11) {
      bytes[at] = std::byte(value);
      const auto source = open(bytes);
      look_at_all(source.get());
      if (source->ending() != Ending::kError) continue;
      ++errors;
      ASSERT_LE(source->error().offset, bytes.size());
      ASSERT_FALSE(source->error().cause.empty());
    }
    bytes[at] = whole;
  }
  EXPECT_GT(errors, bytes.size()) << "damage must be noticed where it can be";
}

TEST(Damage, RandomBytesBehindAHeaderEnd) {
  std::mt19937_64 random(7);
  const SampleRecording recording = sample_program();
  for (int round = 0; round < 5'000; ++round) {
    std::vector<std::byte> bytes(recording.bytes().begin(),
                                 recording.bytes().begin() + kHeaderBytes);
    const std::size_t size = random() % 400;
    for (std::size_t i = 0; i < size; ++i)
      bytes.push_back(std::byte(random() % (i % 3 ? 256 : 60)));
    const auto source = open(bytes);
    look_at_all(source.get());
  }
}

TEST(Damage, PartsOfRecordingsInTheWrongOrderEnd) {
  std::mt19937_64 random(11);
  const SampleRecording recording = random_recording(3, 400);
  const auto original = recording.bytes();
  for (int round = 0; round < 500; ++round) {
    std::vector<std::byte> bytes(original.begin(), original.end());
    for (int move = 0; move < 4; ++move) {
      const std::size_t size = random() % 64;
      const std::size_t from = random() % (bytes.size() - size);
      const std::size_t to = random() % (bytes.size() - size);
      std::copy_n(original.begin() + static_cast<std::ptrdiff_t>(from), size,
                  bytes.begin() + static_cast<std::ptrdiff_t>(to));
    }
    const auto source = open(bytes);
    look_at_all(source.get());
  }
}

}  // namespace
}  // namespace reactortrack::log
