// SPDX-License-Identifier: MIT
//
// The heart of the replay: whatever was recorded, the state that a Timeline works out for an event
// is that of a Model which has read no further.
#include "core/replay/timeline.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "core/log/json_lines.h"
#include "core/log/sample_recording.h"

namespace reactortrack::replay {
namespace {

using log::SampleRecording;

constexpr std::uint64_t kAll = ~std::uint64_t{0};

bool is_timed(const event::Event& event) {
  return static_cast<std::uint8_t>(event::kind_of(event.body)) >= event::kFirstTimedKind;
}

// Events of few Deferreds that could follow each other, and often could not: every rule is met.
SampleRecording chaos(std::uint32_t seed, int count, std::uint32_t deferreds) {
  using namespace event;
  SampleRecording r;
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random()) % end; };
  const auto id = [&] { return DeferredId{below(deferreds) + 1}; };
  const StringId type = r.string("str");
  const CallableId f = r.callable("app", "f");
  const auto result = [&]() -> Result {
    switch (below(4)) {
      case 0: return {};
      case 1: return {.outcome = Outcome::kValue, .type = type};
      case 2: return {.outcome = Outcome::kFailureRaised, .failure = FailureId{below(5) + 1}};
      default: return {.outcome = Outcome::kDeferred, .deferred = id()};
    }
  };
  const auto lane = [&] { return static_cast<Lane>(below(2)); };
  const auto how = [&] { return static_cast<WaitKind>(below(4) + 1); };
  const auto call = [&] { return DelayedCallId{below(9) + 1}; };
  std::int64_t now_ns = 0;
  std::vector<std::uint32_t> started(deferreds + 1);
  for (int i = 0; i < count; ++i) {
    now_ns += 100 * below(20) * below(2);
    const auto at = [&](const auto& kind) { r.write(now_ns, kind); };
    switch (below(28)) {
      case 0: at(Created{.deferred = id(), .type = type}); break;
      case 1: at(Adopted{id(), type, {}, static_cast<EndState>(below(6))}); break;
      case 2:
      case 3:
      case 4: at(Attached{id(), f, f, {}}); break;
      case 5: at(Fired{id(), result(), {}}); break;
      case 6: at(FiredAgain{id(), false, result(), {}}); break;
      case 7:
      case 8:
      case 9:
      case 10: {
        const DeferredId d = id();
        std::uint32_t& next = started[number(d)];
        next = below(8) == 0 ? below(next + 3) : next + (below(4) == 0);
        at(Started{d, next++, lane()});
        break;
      }
      case 11:
      case 12:
      case 13: at(Finished{id(), result()}); break;
      case 14:
      case 15: at(Waiting{id(), id(), how(), {}}); break;
      case 16:
      case 17:
      case 18: at(Resumed{id(), id(), result()}); break;
      case 19: at(Taken{id(), id(), result()}); break;
      case 20: at(Paused{id(), static_cast<std::int32_t>(below(3)), {}}); break;
      case 21: at(Unpaused{id(), static_cast<std::int32_t>(below(3)) - 1, {}}); break;
      case 22: at(Cancelling{id(), {}}); break;
      case 23: at(Cancelled{id(), static_cast<CancelEffect>(below(5)), {}}); break;
      case 24:
        below(4) == 0 ? at(Collected{id(), EndState::kSucceeded, 0}) : at(TurnStarted{});
        break;
      case 25: at(Thread{ThreadId{below(3) + 1}, {}}); break;
      case 26: below(2) == 0 ? at(CallStarted{call(), {}}) : at(CallEnded{call()}); break;
      case 27: below(2) == 0 ? at(IoStarted{type}) : at(IoEnded{}); break;
    }
  }
  return r;
}

std::vector<PairIndex> pairs_on_stack(const Model& model) {
  std::vector<PairIndex> pairs;
  const Model::Thread* thread = model.current_thread();
  if (thread == nullptr) thread = &model.threads()[0];
  for (const Frame& frame : thread->stack)
    if (frame.kind() == FrameKind::kPair && model.pair(frame.pair()).running())
      pairs.push_back(frame.pair());
  return pairs;
}

void expect_same_value(const Value& left, const Value& right) {
  EXPECT_EQ(left.outcome, right.outcome);
  EXPECT_EQ(left.reference, right.reference);
  EXPECT_EQ(left.has_text, right.has_text);
}

// `whole` at its model's event against the model, which has read up to there.
void expect_same(const Timeline& whole, const Model& until) {
  const EventNumber at = until.now();
  std::size_t known = 0;
  for (const Deferred& each : whole.model().deferreds()) {
    const Moment then = moment_of(whole.model(), each, at);
    const Deferred* fresh = until.find(each.id);
    ASSERT_EQ(then.known, fresh != nullptr);
    if (fresh == nullptr) continue;
    ++known;
    ASSERT_EQ(then.state, until.state_of(*fresh)) << "Deferred " << number(each.id);
    ASSERT_EQ(state_of(whole.model(), each, at), until.state_of(*fresh));
    ASSERT_EQ(then.running, fresh->running);
    ASSERT_EQ(then.fired, fresh->fired());
    ASSERT_EQ(then.collected, fresh->collected());
    ASSERT_EQ(then.current_pair, fresh->current_pair);
    ASSERT_EQ(then.current_position, fresh->current_position);
    expect_same_value(value_of(whole.model(), each, at), until.value(*fresh));
    const Wait* held = held_up_by(whole.model(), each, at);
    const Wait* held_fresh = until.held_up_by(*fresh);
    ASSERT_EQ(held == nullptr, held_fresh == nullptr);
    if (held != nullptr) {
      ASSERT_EQ(held->started_at, held_fresh->started_at);
    }
    std::uint32_t position = 0;
    for (PairIndex index = fresh->first_pair; index != PairIndex::kNone; ++position) {
      const Pair& pair = until.pair(index);
      ASSERT_EQ(state_of(then, whole.model().pair(index), position),
                until.state_of(*fresh, pair, position));
      index = pair.next();
    }
  }
  ASSERT_EQ(known, until.deferreds().size());
  const Cursor cursor = whole.cursor(at);
  ASSERT_EQ(cursor.executing, pairs_on_stack(until));
  ASSERT_EQ(cursor.last_executed, until.last_started());
}

// Every event, told again and compared with what a fresh Model makes of those up to it.
void expect_true_at_every_event(std::span<const std::byte> bytes, std::uint32_t every = 1) {
  Timeline whole(bytes);
  while (whole.read(1000)) {
  }
  const auto source = log::open(bytes);
  Model until;
  expect_same(whole, until);
  for (event::Event event; source->next(&event);) {
    if (!is_timed(event)) continue;
    until.apply(event);
    const EventNumber at = until.now();
    const auto again = whole.event(at);
    ASSERT_TRUE(again.has_value());
    ASSERT_EQ(*again, event) << "event " << number(at);
    ASSERT_EQ(whole.time_ns(at), event.time_ns);
    if (number(at) % every == 0) expect_same(whole, until);
    if (testing::Test::HasFailure()) FAIL() << "after event " << number(at);
  }
  EXPECT_EQ(whole.last(), until.now());
  EXPECT_FALSE(whole.event(EventNumber::kNone).has_value());
  EXPECT_FALSE(whole.event(static_cast<EventNumber>(number(whole.last()) + 1)).has_value());
}

TEST(Timeline, KnowsTheStateAfterAnyEventOfAProgram) {
  expect_true_at_every_event(log::sample_program().bytes());
}

TEST(Timeline, KnowsTheStateAfterAnyEventWhateverWasRecorded) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed)
    expect_true_at_every_event(log::random_recording(seed, 1500).bytes());
}

TEST(Timeline, KnowsTheStateWhereEventsContradictEachOther) {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    expect_true_at_every_event(chaos(seed, 400, 5 + seed).bytes());
    if (HasFailure()) return;
  }
}

// So much happens to each that their states are searched, not worked out.
TEST(Timeline, KnowsTheStateOfDeferredsWithLongHistories) {
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE(seed);
    expect_true_at_every_event(chaos(seed, 4000, 3).bytes(), 7);
    if (HasFailure()) return;
  }
}

TEST(Timeline, ReadsARecordingThatGrowsAsOneThatIsWhole) {
  const SampleRecording recording = chaos(7, 3000, 12);
  const std::span<const std::byte> bytes = recording.bytes();
  Timeline whole(bytes);
  EXPECT_FALSE(whole.read(kAll));
  std::vector<std::byte> memory;
  Timeline growing(memory);
  EXPECT_FALSE(growing.read(kAll)) << "nothing is there yet";
  for (std::size_t size = 3; size < bytes.size() + 97; size += 97) {
    std::vector<std::byte> more(
        bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(std::min(size, bytes.size())));
    growing.extend(more);
    memory.swap(more);
    growing.read(kAll);
  }
  ASSERT_EQ(growing.last(), whole.last());
  for (std::uint32_t i = 1; i <= number(whole.last()); ++i) {
    const auto at = static_cast<EventNumber>(i);
    ASSERT_EQ(*growing.event(at), *whole.event(at));
    ASSERT_EQ(growing.cursor(at).executing, whole.cursor(at).executing);
    for (std::size_t d = 0; d < whole.model().deferreds().size(); ++d)
      ASSERT_EQ(state_of(growing.model(), growing.model().deferreds()[d], at),
                state_of(whole.model(), whole.model().deferreds()[d], at));
  }
}

TEST(Timeline, ReadsJsonLinesAsTheirSourceDoes) {
  std::string lines;
  {
    const SampleRecording recording = log::sample_program();
    const auto source = log::open(recording.bytes());
    log::JsonLinesWriter writer(source->definitions());
    for (event::Event event; source->next(&event);) writer.append(event, &lines);
  }
  const auto bytes = std::as_bytes(std::span(lines));
  Timeline timeline(bytes);
  EXPECT_FALSE(timeline.read(kAll));
  EXPECT_EQ(timeline.source().ending(), log::Ending::kComplete);
  const auto source = log::open(bytes);
  std::uint32_t at = 0;
  for (const event::Event& each : read_all(source.get())) {
    if (!is_timed(each)) continue;
    ASSERT_EQ(*timeline.event(static_cast<EventNumber>(++at)), each);
  }
  EXPECT_EQ(number(timeline.last()), at);
}

TEST(Timeline, ReadsLinesOf2013InAnyPiecesAndSerialsFarAhead) {
  const std::string lines =
      "some output of the program\n"
      R"({"action": "attached", "deferred": 25657144, "errback": null, "callback": "__main__.f"})"
      "\nnot a line\n"
      R"({"action": "executed", "deferred": 25657144, "time": 1.5, "callback?": true, "callback": "__main__.f"})"
      "\n"
      R"({"t": 2.0, "action": "created", "deferred": 77, "serial": 500000})"
      "\n";
  Timeline growing({});
  for (std::size_t size = 0; size <= lines.size(); ++size) {
    // Half of a line that is none would be one more that is none.
    const std::string_view before = std::string_view(lines).substr(0, size);
    const std::size_t begin = before.rfind('\n') + 1;
    const bool in_text = size > begin && before[begin] != '{';
    if (in_text) continue;
    growing.extend(std::as_bytes(std::span(lines).first(size)));
    growing.read(kAll);
  }
  const Timeline& timeline = growing;
  ASSERT_EQ(timeline.model().deferreds().size(), 2u);
  EXPECT_NE(timeline.model().find(event::DeferredId{500000}), nullptr);
  EXPECT_EQ(timeline.source().warning_count(), 2u);
  const Cursor cursor = timeline.cursor(timeline.last());
  EXPECT_TRUE(cursor.executing.empty());
  EXPECT_EQ(cursor.last_executed, PairIndex{1}) << "it stays on what was executed last";
}

TEST(Timeline, AWaitOfNobodyInParticularHoldsUpThenAsNow) {
  const std::string line = R"({"action": "chained", "how": "chainDeferred"})"
                           "\n";
  Timeline timeline(std::as_bytes(std::span(line)));
  timeline.read(kAll);
  const Model& model = timeline.model();
  bool waits = false;
  for (const Deferred& each : model.deferreds()) {
    EXPECT_EQ(state_of(model, each, timeline.last()), model.state_of(each));
    waits = waits || model.state_of(each) == State::kWaiting;
  }
  EXPECT_TRUE(waits);
}

TEST(Timeline, EndsWellOnDamagedBytes) {
  const SampleRecording recording = chaos(3, 300, 6);
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::byte> bytes(recording.bytes().begin(), recording.bytes().end());
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    bytes.resize(random() % bytes.size());
    Timeline timeline(bytes);
    EXPECT_FALSE(timeline.read(kAll));
    for (std::uint32_t at = 0; at <= number(timeline.last()) + 1; at += 5) {
      const auto event = static_cast<EventNumber>(at);
      EXPECT_EQ(timeline.event(event).has_value(), happened(event, timeline.last()));
      timeline.cursor(event);
      for (const Deferred& each : timeline.model().deferreds())
        EXPECT_FALSE(word(state_of(timeline.model(), each, event)).empty());
    }
  }
}

TEST(Timeline, CountsEventsAndFailuresByTime) {
  SampleRecording r;
  const auto seen = [](std::uint32_t id) {
    return event::FailureSeen{event::FailureId{id}, {}, {}, {}};
  };
  r.write(0, event::TurnStarted{});
  r.write(100, seen(1));
  r.write(100'000, seen(2));
  r.write(100'100, event::TurnStarted{});
  r.write(399'900, event::TurnStarted{});
  r.write(400'000, event::TurnStarted{});
  Timeline timeline(r.bytes());
  timeline.read(kAll);
  const auto buckets = timeline.histogram(EventNumber{1}, timeline.last(), 4);
  ASSERT_EQ(buckets.size(), 4u);
  EXPECT_EQ(buckets[0].events, 2u);
  EXPECT_EQ(buckets[0].failures, 1u);
  EXPECT_EQ(buckets[1].events, 2u);
  EXPECT_EQ(buckets[1].failures, 1u);
  EXPECT_EQ(buckets[2].events, 0u);
  EXPECT_EQ(buckets[3].events, 2u);
  const auto part = timeline.histogram(EventNumber{2}, EventNumber{4}, 1);
  EXPECT_EQ(part[0].events, 3u);
  EXPECT_EQ(part[0].failures, 2u);
}

}  // namespace
}  // namespace reactortrack::replay
