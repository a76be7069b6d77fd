// SPDX-License-Identifier: MIT
#include "core/log/sample_recording.h"

#include <memory>
#include <type_traits>

namespace reactortrack::log {
namespace {

constexpr std::size_t kWindowBytes = 1 << 16;

// Appends a field's value as text.
class Describer {
 public:
  explicit Describer(std::string* out) : out_(out) {}
  void operator()(const char* name, const auto& value) {
    ((*out_ += ' ') += name) += '=';
    put(value);
  }

 private:
  void put(std::string_view text) { *out_ += text; }
  void put(std::integral auto value) { *out_ += std::to_string(value); }
  void put(event::Address value) { put(value.value); }
  void put(event::Duration value) { (put(value.ns), *out_ += "ns"); }
  void put(const event::Result& result) {
    put(event::word(result.outcome));
    for (const std::uint32_t id : {event::number(result.type), event::number(result.text),
                                   event::number(result.failure), event::number(result.deferred)})
      (*out_ += '/') += std::to_string(id);
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void put(Enum value) {
    *out_ += std::to_string(static_cast<std::uint64_t>(value));
  }
  std::string* out_;
};

// Random values for the fields of events.
class Dice {
 public:
  Dice(std::uint64_t seed, const Definitions& definitions)
      : random_(seed), definitions_(definitions) {}

  std::uint64_t below(std::uint64_t end) { return end == 0 ? 0 : random_() % end; }

  void operator()(const char*, auto& value) { roll(&value); }

 private:
  void roll(bool* value) { *value = below(2) == 1; }
  void roll(std::uint32_t* value) { *value = static_cast<std::uint32_t>(random_() >> below(64)); }
  void roll(std::uint64_t* value) { *value = random_() >> below(64); }
  void roll(std::int32_t* value) { *value = static_cast<std::int32_t>(random_() >> below(64)); }
  void roll(event::Duration* value) {
    value->ns = (static_cast<std::int64_t>(below(1ull << 40)) - (1ll << 39)) * kTimeUnitNs;
  }
  void roll(event::Address* value) { value->value = random_() >> below(64); }
  void roll(event::StringId* id) { *id = event::StringId(below(definitions_.string_count() + 1u)); }
  void roll(event::SiteId* id) { *id = event::SiteId(below(definitions_.site_count() + 1u)); }
  void roll(event::StackId* id) { *id = event::StackId(below(definitions_.stack_count() + 1u)); }
  void roll(event::CallableId* id) {
    *id = event::CallableId(below(definitions_.callable_count() + 1u));
  }
  void roll(event::Result* result) {
    roll(&result->outcome);
    if (result->outcome == event::Outcome::kValue) roll(&result->type);
    if (result->outcome == event::Outcome::kFailureReturned ||
        result->outcome == event::Outcome::kFailureRaised)
      roll(&result->failure);
    if (result->outcome == event::Outcome::kDeferred) roll(&result->deferred);
    if (below(4) == 0) roll(&result->text);
  }
  template <event::Worded Enum>
  void roll(Enum* value) {
    using Words = event::Vocabulary<Enum>;
    *value =
        static_cast<Enum>(static_cast<std::uint64_t>(Words::kFirst) + below(Words::kWords.size()));
  }
  template <class Serial>
    requires(std::is_enum_v<Serial> && !event::Worded<Serial>)
  void roll(Serial* id) {
    *id = Serial(below(1000));
  }

  std::mt19937_64 random_;
  const Definitions& definitions_;
};

}  // namespace

SampleRecording::SampleRecording() : memory_(kWindowBytes) {
  writer_.set_window(memory_);
  writer_.start();
}

// As the recorder does when it maps more of a file: the window moves, the Writer goes on.
void SampleRecording::make_room() {
  if (writer_.room() >= kMaxRecordBytes + 2 * kMaxTextBytes) return;
  full_ = used();
  memory_.resize(full_ + kWindowBytes);
  writer_.set_window(std::span(memory_).subspan(full_));
}

std::string_view SampleRecording::keep(std::string_view text) {
  return *texts_.emplace_back(std::make_unique<std::string>(text));
}

event::StringId SampleRecording::string(std::string_view text) {
  define(event::String{keep(text)});
  return event::StringId{++strings_};
}

event::SiteId SampleRecording::site(std::string_view file, std::string_view function,
                                    std::uint32_t line) {
  const event::StringId file_id = string(file);
  define(event::Site{file_id, string(function), line});
  return event::SiteId{++sites_};
}

event::StackId SampleRecording::stack(event::StackId caller, event::SiteId site) {
  define(event::Stack{caller, site});
  return event::StackId{++stacks_};
}

event::CallableId SampleRecording::callable(std::string_view module, std::string_view name,
                                            event::SiteId site) {
  const event::StringId module_id = module.empty() ? event::StringId::kNone : string(module);
  define(event::Callable{module_id, string(name), site});
  return event::CallableId{++callables_};
}

void SampleRecording::info(std::string_view key, std::string_view value) {
  make_room();
  writer_.info(key, value);
  expected_.push_back({time_ns_, event::Info{keep(key), keep(value)}});
}

SampleRecording sample_program() {
  using namespace event;
  SampleRecording r;
  r.info("reactortrack", "0.1.0");
  r.info("python", "3.11.2");
  const StringId type = r.string("twisted.internet.defer.Deferred");
  const SiteId main = r.site("app.py", "main", 12);
  const StackId outer = r.stack({}, r.site("app.py", "<module>", 40));
  const StackId stack = r.stack(outer, main);
  const CallableId work = r.callable("__main__", "work", main);
  const CallableId report = r.callable("", "report");
  const StringId error = r.string("builtins.ValueError");
  const StringId message = r.string("no such caf\xC3\xA9");
  const DeferredId a{1}, b{2};
  r.write(0, Clock{1'700'000'000'123'456'789});
  r.write(0, Thread{ThreadId{1}, r.string("MainThread")});
  r.write(1'000, TurnStarted{});
  r.write(2'500, Created{a, type, {0x7f8e4c3b2a10}, {}, stack});
  r.write(2'900, Attached{a, work, {}, stack});
  r.write(3'200, Attached{a, {}, report, stack});
  r.write(3'500, Adopted{b, type, {0x7f8e4c3b2b50}, EndState::kPaused});
  r.write(3'500, Coroutine{b, work});
  r.write(4'000, CallScheduled{DelayedCallId{1}, work, {100'000'000}, stack});
  r.write(4'100, CallReset{DelayedCallId{1}, {200'000'000}});
  r.write(5'000, TurnEnded{3});
  r.write(5'100, PollStarted{{-100}});
  r.write(100'005'000, PollEnded{});
  r.write(100'005'100, IoStarted{type});
  r.write(100'005'300, IoEnded{});
  r.write(100'006'000, CallStarted{DelayedCallId{1}, {1'200}});
  r.write(100'006'100,
          Fired{a, {Outcome::kValue, r.string("builtins.int"), r.string("42")}, stack});
  r.write(100'006'200, Started{a, 0, Lane::kCallback});
  r.write(101'106'200, FailureSeen{FailureId{1}, error, message, stack});
  r.write(101'106'300, Finished{a, {.outcome = Outcome::kFailureRaised, .failure = FailureId{1}}});
  r.write(101'106'400, Started{a, 1, Lane::kErrback});
  r.write(101'206'400, Finished{a, {.outcome = Outcome::kDeferred, .deferred = b}});
  r.write(101'206'500, Waiting{a, b, WaitKind::kReturned, stack});
  r.write(101'206'600, Waiting{b, a, WaitKind::kChainDeferred, stack});
  r.write(101'206'700, Waiting{b, a, WaitKind::kAwaited, outer});
  r.write(102'000'000, Paused{b, 1, stack});
  r.write(102'000'100, Unpaused{b, -1, stack});
  r.write(102'000'200, Cancelling{b, stack});
  r.write(102'000'300, Cancelled{b, CancelEffect::kForwarded, a});
  r.write(102'000'400, FiredAgain{b, true, {}, stack});
  r.write(102'000'500,
          Resumed{a, b, {.outcome = Outcome::kFailureReturned, .failure = FailureId{1}}});
  r.write(102'000'600, Taken{a, b, {}});
  r.write(102'000'700, Collected{a, EndState::kFailedUnhandled, 7});
  r.write(102'000'800, CallEnded{DelayedCallId{1}});
  r.write(102'000'900, CallCancelled{DelayedCallId{2}, stack});
  const ResourceId lock{1}, pool{2};
  const WorkId job{1};
  const LoopId loop{1};
  r.write(102'000'900, Resource{lock, ResourceKind::kLock, type, 1, 0, stack});
  r.write(102'000'900, Acquiring{lock, b, stack});
  r.write(102'000'900, Acquired{lock, b});
  r.write(102'000'900, Released{lock, stack});
  r.write(102'000'900, Resource{pool, ResourceKind::kThreadPool, type, 20, 3, {}});
  r.write(102'000'900, Resized{pool, 0});
  r.write(102'000'900, WorkQueued{job, pool, a, work, stack});
  r.write(102'000'900, WorkStarted{job});
  r.write(102'000'900,
          WorkEnded{job, {.outcome = Outcome::kFailureRaised, .failure = FailureId{1}}});
  r.write(102'000'900, CallFromThread{DelayedCallId{2}, work, stack});
  r.write(102'000'900, LoopStarted{loop, work, {50'000'000}, a, stack});
  r.write(102'000'900, IterationStarted{loop});
  r.write(102'000'900, IterationEnded{loop, b});
  r.write(102'000'900, LoopStopped{loop, stack});
  r.write(102'000'900, ReactorStopping{stack});
  r.write(102'000'900, SystemEvent{r.string("shutdown")});
  r.write(102'000'900, TriggerStarted{TriggerPhase::kBefore, work});
  r.write(102'000'900, TriggerEnded{a});
  r.write(102'000'900, Timeout{a, DelayedCallId{2}, {5'000'000'000}, stack});
  r.write(102'000'900, CancellerRaised{a, FailureId{1}});
  r.write(102'000'900, Future{b, FutureLink::kFromFuture, type, work, stack});
  r.write(102'000'900, NeverAwaited{work, stack});
  r.write(102'000'900, Awaited{b, a, stack});
  r.write(102'000'900, ContextChanged{b, message, stack});
  r.write(102'000'900, Segment{3, 1000, 2, 1, 2});
  r.write(102'000'900, Carried{b,
                               type,
                               {0x7f8e4c3b2b50},
                               work,
                               work,
                               {90'000'000},
                               EndState::kWaiting,
                               3,
                               {.outcome = Outcome::kDeferred, .deferred = a},
                               stack});
  r.write(102'000'900, CarriedPair{b, 2, work, report});
  r.write(102'000'900, CarriedWait{a, b, WaitKind::kAwaited, stack});
  r.write(102'000'900, CarriedCall{DelayedCallId{2}, work, {5'000}, {7'000}, stack});
  r.write(102'001'000, Mark{r.string("here")});
  r.write(102'002'000, Lost{70'000, LostReason::kNoSpace});
  r.write(103'000'000, End{EndReason::kExit});
  return r;
}

SampleRecording random_recording(std::uint64_t seed, int count) {
  SampleRecording recording;
  Definitions definitions;
  Dice dice(seed, definitions);
  std::int64_t time_ns = 0;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t chosen = dice.below(2) == 0 ? dice.below(5) : dice.below(80);
    time_ns += static_cast<std::int64_t>(dice.below(1ull << dice.below(40))) / 100 * 100;
    event::for_each_kind([&]<class Kind>() {
      if (static_cast<std::uint64_t>(Kind::kKind) != chosen) return;
      Kind kind;
      if constexpr (std::is_same_v<Kind, event::String>) {
        recording.string("text " + std::to_string(i));
        definitions.add(event::String{});
      } else if constexpr (std::is_same_v<Kind, event::Info>) {
        recording.info("key " + std::to_string(i), std::string(dice.below(300), 'v'));
      } else {
        event::for_each_field(kind, dice);
        if constexpr (std::is_same_v<Kind, event::End>)
          return;
        else if constexpr (static_cast<std::uint8_t>(Kind::kKind) >= event::kFirstTimedKind)
          recording.write(time_ns, kind);
        else
          recording.define(kind), definitions.add(kind);
      }
    });
  }
  return recording;
}

std::vector<event::Event> read_all(Source* source) {
  std::vector<event::Event> events;
  for (event::Event event; source->next(&event);) events.push_back(event);
  return events;
}

std::string describe(const event::Event& event) {
  std::string text = std::to_string(event.time_ns) + "ns ";
  std::visit(
      [&](const auto& kind) {
        text += kind.kName;
        event::for_each_field(kind, Describer(&text));
      },
      event.body);
  return text;
}

bool is_same(const event::Event& left, const event::Event& right) {
  if (left.time_ns != right.time_ns || left.body.index() != right.body.index()) return false;
  return std::visit(
      [&]<class Kind>(const Kind& kind) {
        const Kind& other = std::get<Kind>(right.body);
        return Kind::fields()([&](const auto&... each) {
          return ((kind.*each.member == other.*each.member) && ...);
        });
      },
      left.body);
}

}  // namespace reactortrack::log
