// SPDX-License-Identifier: MIT
#include "core/log/join.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/log/encoding.h"
#include "core/log/reader.h"
#include "core/log/sample_recording.h"
#include "core/log/writer.h"

namespace reactortrack::log {
namespace {

using namespace event;

constexpr DeferredId kOld{3}, kWaiter{4}, kNew{9};

// A segment as the recorder makes one: a header with the flag, definitions, events.
class SegmentMaker {
 public:
  SegmentMaker() : memory_(1 << 16) {
    writer_.set_window(memory_);
    writer_.start(kSegmentFlag);
  }
  StringId string(std::string_view text) { return writer_.define(String{text}); }
  StackId stack(std::string_view file, std::uint32_t line) {
    return writer_.define(Stack{{}, writer_.define(Site{string(file), string("f"), line})});
  }
  CallableId callable(std::string_view name) {
    return writer_.define(Callable{{}, string(name), {}});
  }
  template <class Kind>
  void at(std::int64_t time_ns, const Kind& kind) {
    writer_.write(time_ns, kind);
  }
  std::span<const std::byte> bytes() const { return std::span(memory_).first(writer_.written()); }

 private:
  std::vector<std::byte> memory_;
  Writer writer_;
};

// What a recording says, a line an event, with texts in place of numbers of definitions.
std::vector<std::string> told(std::span<const std::byte> bytes) {
  const auto source = open(bytes);
  std::vector<std::string> lines;
  for (Event event; source->next(&event);) {
    if (static_cast<int>(kind_of(event.body)) < kFirstTimedKind) continue;
    std::string line = describe(event);
    const auto names = [&](std::string_view text) { (line += " ") += text; };
    const Definitions& all = source->definitions();
    std::visit(
        [&](const auto& body) {
          if constexpr (requires { body.type; }) names(all.text(body.type));
          if constexpr (requires { body.callback; }) names(all.dotted_name(body.callback));
          if constexpr (requires { body.stack; }) {
            const Site site = all.site(all.stack(body.stack).site);
            names(std::string(all.text(site.file)) + ":" + std::to_string(site.line));
          }
        },
        event.body);
    lines.push_back(line);
  }
  EXPECT_NE(source->ending(), Ending::kError) << source->error().cause;
  return lines;
}

bool has(const std::vector<std::string>& lines, const std::string& start, const std::string& end) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.starts_with(start) && line.ends_with(end);
  });
}

SegmentMaker seventh() {
  SegmentMaker made;
  const StringId type = made.string("Deferred");
  const StackId stack = made.stack("app.py", 12);
  made.at(5'000'000'000, Segment{7, 1000, 8, 2, 0});
  made.at(5'000'000'000, Clock{1'700'000'005'000'000'000});
  made.at(
      5'000'100'000,
      Carried{
          .deferred = kOld, .type = type, .age = {4'000'100'000}, .attached = 6, .stack = stack});
  made.at(5'000'100'000, CarriedPair{kOld, 5, made.callable("work"), {}});
  made.at(5'000'100'000, CarriedWait{kWaiter, kOld, WaitKind::kAwaited, stack});
  made.at(5'000'200'000,
          Carried{.deferred = kWaiter, .type = type, .age = {3'000'200'000}, .stack = stack});
  made.at(5'100'000'000, Created{kNew, type, {}, {}, stack});
  made.at(5'200'000'000, Fired{kOld, {}, {}});
  made.at(5'200'000'000, Started{kOld, 5, Lane::kCallback});
  return made;
}

TEST(Join, WhatASegmentCarriesBecomesEventsOfTheirTime) {
  const SegmentMaker segment = seventh();
  ASSERT_TRUE(is_segment(segment.bytes()));
  const std::span<const std::byte> all[] = {segment.bytes()};
  const Joined joined = join(all);
  EXPECT_EQ(joined.left_out, 1000u);
  EXPECT_TRUE(joined.problems.empty());
  const std::vector<std::string> lines = told(joined.bytes);
  EXPECT_TRUE(has(lines, "0ns lost count=1000", ""));
  EXPECT_TRUE(has(lines, "1000000000ns created deferred=3", "Deferred app.py:12"));
  EXPECT_TRUE(has(lines, "1000000000ns attached deferred=3", "work :0"));
  EXPECT_TRUE(has(lines, "2000000000ns created deferred=4", "Deferred app.py:12"));
  EXPECT_TRUE(has(lines, "5000000000ns waiting deferred=4 on=3", "app.py:12"));
  // Five pairs had run before: positions count from the first that is told of.
  EXPECT_TRUE(has(lines, "5200000000ns started deferred=3 position=0", ""));
  EXPECT_TRUE(has(lines, "0ns clock unix_ns=1700000000000000000", ""));
}

TEST(Join, WhatTheNextSegmentCarriesIsKnown) {
  const SegmentMaker first = seventh();
  SegmentMaker second;  // its definitions have other numbers
  const StackId other = second.stack("other.py", 1);
  const StackId stack = second.stack("app.py", 12);
  const StringId type = second.string("Deferred");
  second.at(6'000'000'000, Segment{8, 1009, 9, 2, 0});
  second.at(6'000'000'000, Carried{.deferred = kOld, .type = type, .attached = 6, .stack = other});
  second.at(6'000'000'000, CarriedPair{kOld, 5, {}, {}});
  second.at(6'000'000'000, CarriedWait{kWaiter, kOld, WaitKind::kAwaited, {}});
  second.at(6'000'000'000, Carried{.deferred = kNew, .type = type, .stack = stack});
  second.at(6'000'000'000, Created{DeferredId{10}, type, {}, {}, stack});
  second.at(6'000'000'000, End{EndReason::kExit});
  const std::span<const std::byte> both[] = {first.bytes(), second.bytes()};
  const Joined joined = join(both);
  EXPECT_EQ(joined.left_out, 1000u);
  const std::vector<std::string> lines = told(joined.bytes);
  const auto count = [&](const std::string& what) {
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find(what) != std::string::npos;
    });
  };
  EXPECT_EQ(count(" created "), 4);
  EXPECT_EQ(count(" attached "), 1);
  EXPECT_EQ(count(" waiting "), 1);
  EXPECT_EQ(count("other.py"), 0);
  EXPECT_TRUE(has(lines, "6000000000ns created deferred=10", "Deferred app.py:12"));
  EXPECT_EQ(count(" end "), 1);
}

TEST(Join, AMissingSegmentIsCountedAsLeftOut) {
  const SegmentMaker first = seventh();
  SegmentMaker later;
  later.at(9'000'000'000, Segment{12, 5000, 400'000'000, 2, 0});
  const DeferredId id{400'000'001};
  later.at(9'000'000'000, Created{id, {}, {}, {}, {}});
  later.at(9'000'000'000, Carried{.deferred = DeferredId{399'999'999}});
  const std::span<const std::byte> both[] = {first.bytes(), later.bytes()};
  const Joined joined = join(both);
  EXPECT_EQ(joined.left_out, 1000u + 5000u - 1009u);
  const std::vector<std::string> lines = told(joined.bytes);
  EXPECT_TRUE(has(lines, "9000000000ns lost count=3991", ""));
  EXPECT_TRUE(has(lines, "9000000000ns created deferred=400000001", ""));
  EXPECT_TRUE(has(lines, "9000000000ns created deferred=399999999", ""));
}

TEST(Join, AFailureThatIsToldAgainIsOne) {
  SegmentMaker first;
  first.at(0, Segment{1, 0, 0, 0, 0});
  first.at(100, FailureSeen{FailureId{1}, first.string("ValueError"), {}, {}});
  SegmentMaker second;
  second.at(200, Segment{2, 2, 0, 1, 0});
  second.at(200, FailureSeen{FailureId{1}, second.string("ValueError"), {}, {}});
  second.at(200, FailureSeen{FailureId{2}, {}, {}, {}});
  const std::span<const std::byte> both[] = {first.bytes(), second.bytes()};
  const std::vector<std::string> lines = told(join(both).bytes);
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                          [](const std::string& line) {
                            return line.find(" failure ") != std::string::npos;
                          }),
            2);
}

// A whole recording cut into segments that repeat nothing gives the same events again.
TEST(Join, SegmentsOfEverythingGiveEverything) {
  const SampleRecording sample = sample_program();
  const std::span<const std::byte> all[] = {sample.bytes()};
  const Joined joined = join(all);
  const auto source = open(joined.bytes);
  EXPECT_EQ(read_all(source.get()).size() > 50, true);
  EXPECT_EQ(source->ending(), Ending::kComplete);
}

TEST(Join, AnyBytesEnd) {
  std::mt19937_64 random(7);
  const SegmentMaker segment = seventh();
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::byte> damaged(segment.bytes().begin(), segment.bytes().end());
    for (int i = 0; i < 3; ++i)
      damaged[random() % damaged.size()] = std::byte(static_cast<unsigned char>(random()));
    damaged.resize(1 + random() % damaged.size());
    const std::span<const std::byte> both[] = {damaged, segment.bytes()};
    const Joined joined = join(both);
    const auto source = open(joined.bytes);
    read_all(source.get());
    ASSERT_NE(source->ending(), Ending::kOpen);
    ASSERT_NE(source->ending(), Ending::kError) << source->error().cause;
  }
}

TEST(Join, DamageIsToldOfWithItsSegment) {
  const SegmentMaker good = seventh();
  std::vector<std::byte> bad(good.bytes().begin(), good.bytes().end());
  bad.insert(bad.end(), 20, std::byte{0xEE});
  const std::span<const std::byte> both[] = {good.bytes(), bad};
  const Joined joined = join(both);
  ASSERT_EQ(joined.problems.size(), 1u);
  EXPECT_EQ(joined.problems[0].segment, 1u);
  EXPECT_EQ(joined.problems[0].error.offset, good.bytes().size());
}

}  // namespace
}  // namespace reactortrack::log
