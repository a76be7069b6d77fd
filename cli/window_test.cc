// SPDX-License-Identifier: MIT
#include "cli/window.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "core/event/names.h"
#include "core/log/sample_recording.h"
#include "core/replay/model.h"

namespace reactortrack::cli {
namespace {

// A recording in a file, gone afterwards.
struct File {
  explicit File(std::string_view bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    std::string error;
    recording = RecordingFile::open(path, &error);
    EXPECT_TRUE(recording) << error;
  }
  ~File() { std::remove(path.c_str()); }
  static inline int count = 0;
  std::string path = testing::TempDir() + "window_test_" + std::to_string(getpid()) + "_" +
                     std::to_string(++count);
  std::unique_ptr<RecordingFile> recording;
};

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What is read of a recording: its events, and the state that they add up to.
struct Reading {
  explicit Reading(std::string_view recording)
      : bytes(recording),
        source(log::open({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()})) {
    event::Event event;
    while (source->next(&event)) {
      model.apply(event);
      if (static_cast<std::uint8_t>(event::kind_of(event.body)) >= event::kFirstTimedKind)
        events.push_back(event);
    }
  }
  std::string error() const { return source->error().cause; }

  std::string bytes;
  std::unique_ptr<log::Source> source;
  replay::Model model;
  std::vector<event::Event> events;
};

// A program at random: coroutines that await, chains, failures, delayed calls, two threads.
class Program {
 public:
  explicit Program(unsigned seed, int steps) : random_(seed) {
    out_.info("command", "random.py");
    type_ = out_.string("twisted.internet.defer.Deferred");
    const event::StackId outer = out_.stack({}, out_.site("app.py", "main", 3));
    stack_ = out_.stack(outer, out_.site("app.py", "work", 7));
    function_ = out_.callable("app", "work");
    now(event::Thread{event::ThreadId{1}, out_.string("MainThread")});
    now(event::Clock{1'000'000'000});
    for (int i = 0; i < steps; ++i) step();
  }
  std::string_view bytes() const { return as_text(out_.bytes()); }
  void end() { now(event::End{event::EndReason::kExit}); }

 private:
  struct Deferred {
    event::DeferredId id;
    std::uint32_t pairs = 0;
    bool has_fired = false;
    bool is_waiting = false;
  };

  template <class Kind>
  void now(const Kind& kind) {
    out_.write(time_ns_ += 1000, kind);
  }
  bool chance(unsigned one_in) { return random_() % one_in == 0; }
  event::DeferredId create() {
    const event::DeferredId id{++last_};
    now(event::Created{.deferred = id, .type = type_, .address = {last_ * 64}, .stack = stack_});
    return id;
  }
  void attach(Deferred* each) {
    now(event::Attached{each->id, function_, {}, stack_});
    ++each->pairs;
  }
  void run(const Deferred& each, std::uint32_t position) {
    now(event::Started{each.id, position, event::Lane::kCallback});
    if (chance(4)) {
      const event::FailureId failure{++failures_};
      now(event::FailureSeen{.failure = failure, .type = type_, .traceback = stack_});
      now(event::Finished{each.id,
                          {.outcome = event::Outcome::kFailureRaised, .failure = failure}});
    } else {
      now(event::Finished{each.id, {.outcome = event::Outcome::kValue, .type = type_}});
    }
  }
  void fire(Deferred* each) {
    now(event::Fired{each->id, {.outcome = event::Outcome::kValue, .type = type_}, stack_});
    each->has_fired = true;
    for (std::uint32_t i = 0; i < each->pairs; ++i) run(*each, i);
  }
  // A coroutine awaits another Deferred; sometimes it goes on.
  void await(Deferred* each) {
    const event::DeferredId on = create();
    now(event::Waiting{each->id, on, event::WaitKind::kAwaited, stack_});
    each->is_waiting = chance(5);
    if (each->is_waiting) return live_.push_back({on});
    now(event::Fired{on, {.outcome = event::Outcome::kNone}, stack_});
    now(event::Resumed{each->id, on, {.outcome = event::Outcome::kNone}});
    now(event::Collected{on, event::EndState::kSucceeded, 0});
  }
  void call_later() {
    const event::DelayedCallId call{++calls_};
    now(event::CallScheduled{.call = call, .function = function_, .delay = {5}, .stack = stack_});
    pending_calls_.push_back(call);
    if (pending_calls_.size() < 4) return;
    now(event::TurnStarted{});
    now(event::CallStarted{pending_calls_.front(), {}});
    now(event::CallEnded{pending_calls_.front()});
    now(event::TurnEnded{1});
    pending_calls_.erase(pending_calls_.begin());
  }
  void step() {
    if (live_.empty() || chance(3)) live_.push_back({create()});
    if (chance(9)) call_later();
    if (chance(15)) now(event::Thread{event::ThreadId{chance(2) ? 1u : 2u}, type_});
    const std::size_t at = random_() % live_.size();
    Deferred each = live_[at];
    switch (random_() % 5) {
      case 0:
        attach(&each);
        if (each.has_fired) run(each, each.pairs - 1);
        break;
      case 1:
        if (!each.has_fired && !each.is_waiting) await(&each);
        break;
      case 2:
        if (!each.has_fired && !each.is_waiting) fire(&each);
        break;
      case 3:
        if (chance(2)) break;
        [[fallthrough]];
      default:
        if (!each.has_fired) break;
        now(event::Collected{each.id, event::EndState::kSucceeded, 0});
        live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(at));
        return;
    }
    live_[at] = each;
  }

  std::mt19937 random_;
  log::SampleRecording out_;
  event::StringId type_{};
  event::StackId stack_{};
  event::CallableId function_{};
  std::int64_t time_ns_ = 0;
  std::uint32_t last_ = 0;
  std::uint32_t failures_ = 0;
  std::uint32_t calls_ = 0;
  std::vector<Deferred> live_;
  std::vector<event::DelayedCallId> pending_calls_;
};

TEST(CutWindow, StatesAtTheEndAreThoseOfTheWholeRecording) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Program program(seed, 400);
    program.end();
    File file(program.bytes());
    const Reading whole(program.bytes());
    ASSERT_EQ(whole.source->ending(), log::Ending::kComplete) << whole.error();
    for (const std::size_t first : {std::size_t{1}, whole.events.size() / 3,
                                    whole.events.size() / 2, whole.events.size() - 5}) {
      const Cut cut = cut_window(file.recording.get(), {.first = first}, 0);
      const Reading part(cut.bytes);
      ASSERT_EQ(part.source->ending(), log::Ending::kComplete) << part.error();
      EXPECT_FALSE(cut.is_renumbered);
      EXPECT_EQ(cut.event_count, whole.events.size() - first + 1);
      int compared = 0;
      for (const replay::Deferred& each : whole.model.deferreds()) {
        const replay::Deferred* kept = part.model.find(each.id);
        const bool was_collected = each.collected();
        if (kept == nullptr) {
          EXPECT_TRUE(was_collected) << "seed " << seed << ", #" << event::number(each.id);
          continue;
        }
        ++compared;
        EXPECT_EQ(whole.model.state_of(each), part.model.state_of(*kept))
            << "seed " << seed << ", from " << first << ", #" << event::number(each.id);
      }
      EXPECT_GT(compared, 10);
    }
  }
}

TEST(CutWindow, HoldsEveryEventOfTheWindowAsItWas) {
  const Program program(7, 300);
  File file(program.bytes());
  const Reading whole(program.bytes());
  const std::uint64_t first = whole.events.size() / 2;
  const std::uint64_t last = first + 40;
  const Cut cut = cut_window(file.recording.get(), {.first = first, .last = last}, first + 9);
  const Reading part(cut.bytes);
  ASSERT_EQ(cut.event_count, 41u);
  ASSERT_GE(part.events.size(), cut.first_event + 41);
  // Failures and calls of before are introduced when they are spoken of, so only the kinds and times
  // of others are in step.
  std::size_t at = cut.first_event - 1;
  for (std::uint64_t number = first; number <= last; ++number) {
    const event::Event& wanted = whole.events[number - 1];
    while (event::kind_of(part.events[at].body) != event::kind_of(wanted.body)) ++at;
    EXPECT_EQ(part.events[at].time_ns, wanted.time_ns);
    ++at;
  }
  EXPECT_EQ(part.events[cut.at_event - 1].time_ns, whole.events[first + 8].time_ns);
  EXPECT_EQ(part.source->ending(), log::Ending::kComplete) << "it was cut on purpose";
}

TEST(CutWindow, SaysHowMuchIsLeftOut) {
  const Program program(3, 500);
  File file(program.bytes());
  const Reading whole(program.bytes());
  const std::uint64_t first = whole.events.size() - 20;
  const Cut cut = cut_window(file.recording.get(), {.first = first}, 0);
  const Reading part(cut.bytes);
  EXPECT_GT(cut.left_out, 100u);
  const auto* lost = std::get_if<event::Lost>(&part.events.front().body);
  ASSERT_NE(lost, nullptr);
  EXPECT_EQ(lost->count, cut.left_out);
  EXPECT_EQ(lost->reason, event::LostReason::kLeftOut);
  EXPECT_LT(cut.bytes.size(), program.bytes().size());
  EXPECT_EQ(part.source->definitions().info("command"), "random.py");
  EXPECT_EQ(part.source->ending(), log::Ending::kTruncated) << "as the recording itself";
}

TEST(CutWindow, TakesTheLastWhile) {
  const Program program(5, 300);
  File file(program.bytes());
  const Reading whole(program.bytes());
  const std::int64_t from_ns = whole.events.back().time_ns - 30'000;
  const Cut cut = cut_window(file.recording.get(), {.from_ns = from_ns}, 0);
  EXPECT_EQ(cut.event_count, 31u) << "one each microsecond";
}

TEST(CutWindow, AWindowOfEverythingIsTheRecording) {
  Program program(9, 200);
  program.end();
  File file(program.bytes());
  const Reading whole(program.bytes());
  const Cut cut = cut_window(file.recording.get(), {}, 17);
  const Reading part(cut.bytes);
  EXPECT_EQ(cut.left_out, 0u);
  EXPECT_EQ(cut.first_event, 1u);
  EXPECT_EQ(cut.at_event, 17u);
  ASSERT_EQ(part.events.size(), whole.events.size());
  for (std::size_t i = 0; i < part.events.size(); ++i)
    EXPECT_EQ(part.events[i].time_ns, whole.events[i].time_ns);
}

TEST(CutWindow, IsEmptyBeyondTheEnd) {
  const Program program(2, 50);
  File file(program.bytes());
  EXPECT_EQ(cut_window(file.recording.get(), {.first = 1'000'000}, 0).event_count, 0u);
}

TEST(CutWindow, ALateWindowOfManyDeferredsIsNumberedAnew) {
  log::SampleRecording out;
  const event::StringId type = out.string("Deferred");
  constexpr std::uint32_t kCount = (1 << 20) + 1000;
  for (std::uint32_t i = 1; i <= kCount; ++i) {
    out.write(i, event::Created{.deferred = event::DeferredId{i}, .type = type});
    if (i != 7) out.write(i, event::Collected{event::DeferredId{i}, event::EndState::kPending, 0});
  }
  File file(as_text(out.bytes()));
  const Cut cut = cut_window(file.recording.get(), {.first = 2 * kCount - 5}, 0);
  EXPECT_TRUE(cut.is_renumbered);
  const Reading part(cut.bytes);
  EXPECT_EQ(part.source->ending(), log::Ending::kTruncated) << part.error();
  ASSERT_NE(part.model.find(event::DeferredId{1}), nullptr) << "#7, which is still there";
  EXPECT_FALSE(part.model.find(event::DeferredId{1})->collected());
  EXPECT_LT(cut.bytes.size(), 500u);
}

}  // namespace
}  // namespace reactortrack::cli
