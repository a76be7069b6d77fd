// SPDX-License-Identifier: MIT
//
// How much memory reading takes: never more than a small multiple of the input, whatever it says.
// This program counts what is allocated, so its tests stand alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "core/log/encoding.h"
#include "core/log/source.h"

namespace {

std::size_t allocated_bytes = 0;
std::size_t most_bytes = 0;
constexpr std::size_t kBefore = 16;  // holds the size; keeps the alignment

}  // namespace

void* operator new(std::size_t size) {
  void* memory = std::malloc(size + kBefore);
  if (memory == nullptr) std::abort();
  *static_cast<std::size_t*>(memory) = size;
  allocated_bytes += size;
  most_bytes = std::max(most_bytes, allocated_bytes);
  return static_cast<char*>(memory) + kBefore;
}
void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  char* begin = static_cast<char*>(memory) - kBefore;
  allocated_bytes -= *reinterpret_cast<std::size_t*>(begin);
  std::free(begin);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace reactortrack::log {
namespace {

// The most that reading these bytes takes at any moment.
std::size_t memory_to_read(std::span<const std::byte> bytes) {
  const std::size_t before = allocated_bytes;
  most_bytes = before;
  const auto source = open(bytes);
  for (event::Event event; source->next(&event);) {
  }
  EXPECT_NE(source->ending(), Ending::kOpen);
  return most_bytes - before;
}

std::vector<std::byte> recording_of(std::size_t size, std::initializer_list<int> record) {
  std::vector<std::byte> bytes;
  for (const unsigned char each : kMagic) bytes.push_back(std::byte{each});
  for (const int each : {1, 0, 0, 0, 100, 0, 0, 0}) bytes.push_back(std::byte(each));
  while (bytes.size() < size)
    for (const int each : record) bytes.push_back(std::byte(each));
  return bytes;
}

std::size_t memory_of_text(const std::string& text) {
  return memory_to_read(std::as_bytes(std::span(text)));
}

constexpr std::size_t kSize = 256 << 10;
constexpr std::size_t kFixed = 256 << 10;

TEST(Memory, OfARecordingOfNothingButDefinitions) {
  // The densest there are: empty texts, and infos with empty texts. Vectors double while they grow.
  EXPECT_LE(memory_to_read(recording_of(kSize, {1, 0})), kSize * 24 + kFixed);
  EXPECT_LE(memory_to_read(recording_of(kSize, {2, 0, 0, 0})), kSize * 12 + kFixed);
  EXPECT_LE(memory_to_read(recording_of(kSize, {3, 0, 0})), kSize * 12 + kFixed);
  EXPECT_LE(memory_to_read(recording_of(kSize, {4, 0, 0, 0})), kSize * 12 + kFixed);
  EXPECT_LE(memory_to_read(recording_of(kSize, {5, 0, 0})), kSize * 32 + kFixed);
}

TEST(Memory, OfARecordingOfEvents) {
  EXPECT_LE(memory_to_read(recording_of(kSize, {34, 1})), kFixed);
  EXPECT_LE(memory_to_read(recording_of(kSize, {22, 0, 3, 0, 0})), kFixed);
}

TEST(Memory, OfARecordingThatClaimsMore) {
  EXPECT_LE(memory_to_read(recording_of(64, {1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F})), kFixed);
  EXPECT_LE(memory_to_read(recording_of(64, {51, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1})), kFixed);
}

TEST(Memory, OfJsonLines) {
  const auto memory_of_lines = [](const std::string& line) {
    std::string text;
    while (text.size() < kSize) text += line;
    return memory_of_text(text);
  };
  EXPECT_LE(memory_of_lines("{\"action\": \"created\", \"deferred\": 1}\n"), kSize * 4 + kFixed);
  EXPECT_LE(memory_of_lines("{\"action\": \"mark\", \"text\": \"x\", \"t\": 1}\n"), kFixed);
  EXPECT_LE(memory_of_lines("{\"action\": \"created\", \"serial\": 1000000, \"t\": 1}\n"), kFixed);
  EXPECT_LE(memory_of_lines("{}\n"), kFixed);
  EXPECT_LE(memory_of_text(std::string(kSize, '[')), kFixed);
  EXPECT_LE(memory_of_text("{\"a\": " + std::string(kSize, '[')), 2 * kSize + kFixed);
  EXPECT_LE(memory_of_text("{\"a\": \"" + std::string(kSize, 'x')), 4 * kSize + kFixed);
}

}  // namespace
}  // namespace reactortrack::log
