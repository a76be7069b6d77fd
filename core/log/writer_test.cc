// SPDX-License-Identifier: MIT
#include "core/log/writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "core/log/sample_recording.h"

namespace reactortrack::log {
namespace {

using namespace event;

struct Window {
  explicit Window(std::size_t size) : bytes(size) { writer.set_window(bytes); }
  bool is_zero_from(std::size_t at) const {
    return std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(),
                       [](std::byte each) { return each == std::byte{0}; });
  }
  std::vector<std::byte> bytes;
  Writer writer;
};

TEST(Writer, WritesNothingWithoutRoom) {
  Window window(kHeaderBytes + kMaxRecordBytes + 10);
  window.writer.start();
  while (window.writer.write(0, TurnStarted{})) {
  }
  const std::size_t full = window.writer.written();
  EXPECT_GT(full, kHeaderBytes);
  EXPECT_EQ(window.writer.define(String{"x"}), StringId::kNone);
  EXPECT_EQ(window.writer.define(Site{}), SiteId::kNone);
  EXPECT_EQ(window.writer.define(Stack{}), StackId::kNone);
  EXPECT_EQ(window.writer.define(Callable{}), CallableId::kNone);
  EXPECT_FALSE(window.writer.info("key", "value"));
  EXPECT_EQ(window.writer.written(), full);
  EXPECT_TRUE(window.is_zero_from(full)) << "a body without its kind is left behind";
}

TEST(Writer, WindowCanBeWidened) {
  Window window(64 * 1024);
  window.writer.set_window(std::span<std::byte>(window.bytes).first(kMaxRecordBytes + 1));
  EXPECT_TRUE(window.writer.write(0, TurnStarted{}));
  const std::size_t written = window.writer.written();
  EXPECT_FALSE(window.writer.write(0, TurnStarted{}));
  window.writer.widen_window(window.bytes.size());
  EXPECT_EQ(window.writer.written(), written);
  EXPECT_TRUE(window.writer.write(0, TurnStarted{}));
  EXPECT_EQ(window.writer.written(), 2 * written);
  EXPECT_EQ(window.writer.room(), window.bytes.size() - 2 * written);
}

TEST(Writer, GoesOnInANewWindow) {
  Window window(1 << 16);
  window.writer.start();
  const StringId first = window.writer.define(String{"first"});
  std::vector<std::byte> more(1 << 16);
  std::vector<std::byte> whole(
      window.bytes.begin(),
      window.bytes.begin() + static_cast<std::ptrdiff_t>(window.writer.written()));
  window.writer.set_window(more);
  EXPECT_EQ(number(window.writer.define(String{"second"})), number(first) + 1);
  EXPECT_TRUE(window.writer.write(700, Mark{first}));
  whole.insert(whole.end(), more.begin(), more.end());
  const auto source = open(whole);
  const std::vector<Event> events = read_all(source.get());
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(describe(events[2]), "700ns mark text=1");
}

// The largest values of every field: no record without a text may need more than kMaxRecordBytes.
TEST(Writer, NoRecordIsLongerThanPromised) {
  for_each_kind([]<class Kind>() {
    if constexpr (static_cast<int>(Kind::kKind) >= kFirstTimedKind) {
      Kind kind;
      for_each_field(kind, []<class Value>(const char*, Value& value) {
        if constexpr (std::is_same_v<Value, Result>)
          value = {Outcome::kValue, StringId{~0u}, StringId{~0u}, {}, {}};
        else if constexpr (std::is_same_v<Value, Duration>)
          value.ns = std::numeric_limits<std::int64_t>::min();
        else if constexpr (std::is_same_v<Value, Address>)
          value.value = ~std::uint64_t{0} / 2 + 1;
        else if constexpr (!Worded<Value>)
          value = static_cast<Value>(std::numeric_limits<std::uint64_t>::max());
      });
      Window window(1 << 12);
      ASSERT_TRUE(window.writer.write(std::numeric_limits<std::int64_t>::max(), kind));
      EXPECT_LE(window.writer.written(), kMaxRecordBytes) << Kind::kName;
      EXPECT_GE(window.writer.written(), 10u);
    }
  });
}

TEST(Writer, CutsLongTextsAtACharacter) {
  Window window(1 << 16);
  window.writer.start();
  const std::string fits(kMaxTextBytes, 'a');
  const std::string euros = [] {
    std::string text = "x";
    while (text.size() <= kMaxTextBytes) text += "\xE2\x82\xAC";
    return text;
  }();
  window.writer.define(String{fits});
  window.writer.define(String{euros});
  window.writer.info(fits + "b", euros);
  const auto source = open(window.bytes);
  const std::vector<Event> events = read_all(source.get());
  ASSERT_EQ(events.size(), 3u) << source->error().cause;
  EXPECT_EQ(std::get<String>(events[0].body).text, fits);
  const std::string_view cut = std::get<String>(events[1].body).text;
  EXPECT_TRUE(cut.ends_with("\xE2\x82\xAC...")) << cut.substr(cut.size() - 8);
  EXPECT_LE(cut.size(), kMaxTextBytes);
  EXPECT_GT(cut.size(), kMaxTextBytes - 4);
  EXPECT_EQ(std::get<Info>(events[2].body).value, cut);
  EXPECT_TRUE(std::get<Info>(events[2].body).key.ends_with("aaa..."));
}

TEST(Writer, TimeNeverGoesBack) {
  Window window(1 << 12);
  window.writer.start();
  for (const std::int64_t time_ns : {1000, 500, 1200, 1249, 1250, -7})
    window.writer.write(time_ns, TurnStarted{});
  const auto source = open(window.bytes);
  std::vector<std::int64_t> times;
  for (Event event; source->next(&event);) times.push_back(event.time_ns);
  EXPECT_EQ(times, (std::vector<std::int64_t>{1000, 1000, 1200, 1200, 1200, 1200}));
}

TEST(Writer, KeepsDurationsBelowZeroBelowZero) {
  Window window(1 << 12);
  window.writer.start();
  for (const std::int64_t ns : {-1, -100, -101, 0, 99, 100})
    window.writer.write(0, PollStarted{{ns}});
  const auto source = open(window.bytes);
  std::vector<std::int64_t> lengths;
  for (Event event; source->next(&event);)
    lengths.push_back(std::get<PollStarted>(event.body).timeout.ns);
  EXPECT_EQ(lengths, (std::vector<std::int64_t>{-100, -100, -200, 0, 0, 100}));
}

TEST(Writer, StartsAnewWithoutTheOldDefinitions) {
  Window window(1 << 13);
  window.writer.start();
  window.writer.define(String{"old"});
  window.writer.write(5'000, TurnStarted{});
  std::vector<std::byte> second(1 << 13);
  window.writer.set_window(second);
  window.writer.start();
  EXPECT_EQ(window.writer.define(String{"new"}), StringId{1});
  window.writer.write(300, Mark{StringId{1}});
  const auto source = open(second);
  const std::vector<Event> events = read_all(source.get());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(describe(events[1]), "300ns mark text=1");
  EXPECT_EQ(source->definitions().text(StringId{1}), "new");
}

}  // namespace
}  // namespace reactortrack::log
