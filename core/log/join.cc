// SPDX-License-Identifier: MIT
#include "core/log/join.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>

#include "core/log/encoding.h"
#include "core/log/interner.h"
#include "core/log/reader.h"
#include "core/log/writer.h"

namespace reactortrack::log {
namespace {

using event::DeferredId;
using event::number;

// A Writer whose memory grows. What it wrote comes behind the header and a first record that is
// known at the end only.
class Output {
 public:
  Output() : memory_(kFirstBytes) { writer_.set_window(memory_); }
  template <class Kind>
  void write(std::int64_t time_ns, const Kind& kind) {
    make_room();
    writer_.write(time_ns, kind);
  }
  template <class Kind>
  void define(const Kind& kind) {
    make_room();
    if constexpr (std::is_same_v<Kind, event::Info>)
      writer_.info(kind.key, kind.value);
    else
      writer_.define(kind);
  }
  std::vector<std::byte> take(const event::Segment& first) {
    std::vector<std::byte> whole(kHeaderBytes + kMaxRecordBytes);
    Writer head;
    head.set_window(whole);
    head.start();
    head.write(0, first);
    whole.resize(head.written());
    const auto end =
        memory_.begin() + static_cast<std::ptrdiff_t>(before_window_ + writer_.written());
    whole.insert(whole.end(), memory_.begin(), end);
    memory_ = {};
    return whole;
  }

 private:
  void make_room() {
    if (writer_.room() >= kMaxRecordBytes + 2 * kMaxTextBytes) return;
    before_window_ += writer_.written();
    memory_.resize(2 * memory_.size());
    writer_.set_window(std::span(memory_).subspan(before_window_));
  }
  static constexpr std::size_t kFirstBytes = 1 << 16;
  std::vector<std::byte> memory_;
  std::size_t before_window_ = 0;
  Writer writer_;
};

// The definitions of one segment -> those of the whole.
class Renumbering {
 public:
  // `highest_serial` becomes the highest of all that were translated.
  Renumbering(Interner* interner, std::uint32_t* highest_serial)
      : interner_(*interner), highest_serial_(*highest_serial) {}

  void add(const event::String& string) { strings_.push_back(interner_.intern(string.text)); }
  template <class Kind>
  void add(Kind kind) {
    translate(&kind);
    list_of(kind).push_back(interner_.intern(kind));
  }
  template <class Kind>
  void translate(Kind* kind) const {
    Kind::fields()([&](const auto&... each) { (put(&(kind->*(each.member))), ...); });
  }

 private:
  std::vector<event::SiteId>& list_of(const event::Site&) { return sites_; }
  std::vector<event::StackId>& list_of(const event::Stack&) { return stacks_; }
  std::vector<event::CallableId>& list_of(const event::Callable&) { return callables_; }

  // The Reader has checked that a definition stands before its use.
  template <class Id>
  static void look_up(const std::vector<Id>& ids, Id* id) {
    if (number(*id) != 0) *id = ids[number(*id) - 1];
  }
  void put(event::StringId* id) const { look_up(strings_, id); }
  void put(event::SiteId* id) const { look_up(sites_, id); }
  void put(event::StackId* id) const { look_up(stacks_, id); }
  void put(event::CallableId* id) const { look_up(callables_, id); }
  void put(event::Result* result) const {
    put(&result->type);
    put(&result->text);
    put(&result->failure);
    put(&result->deferred);
  }
  template <class Value>
  void put(Value* value) const {
    if constexpr (std::is_same_v<Value, DeferredId> || std::is_same_v<Value, event::FailureId> ||
                  std::is_same_v<Value, event::DelayedCallId> ||
                  std::is_same_v<Value, event::ResourceId> ||
                  std::is_same_v<Value, event::WorkId> || std::is_same_v<Value, event::LoopId> ||
                  std::is_same_v<Value, event::ThreadId>)
      highest_serial_ = std::max(highest_serial_, number(*value));
  }

  Interner& interner_;
  std::uint32_t& highest_serial_;
  std::vector<event::StringId> strings_;
  std::vector<event::SiteId> sites_;
  std::vector<event::StackId> stacks_;
  std::vector<event::CallableId> callables_;
};

// What is told again, segment after segment, by the serials that have been told of. Serials count
// up, so those given since the first segment began are known by the highest so far.
class Told {
 public:
  // Serials up to here were given where we cannot see.
  void given_before(std::uint32_t serial) {
    if (serial <= highest_) return;
    unseen_.push_back({highest_, serial});
    highest_ = serial;
  }
  // True the first time.
  bool first(std::uint32_t serial) {
    if (serial > highest_) {
      highest_ = serial;
      return true;
    }
    const auto is_in = [serial](const Range& range) {
      return serial > range.above && serial <= range.to;
    };
    return std::any_of(unseen_.begin(), unseen_.end(), is_in) && told_.insert(serial).second;
  }

 private:
  struct Range {
    std::uint32_t above;
    std::uint32_t to;
  };
  std::uint32_t highest_ = 0;
  std::vector<Range> unseen_;  // one, and one for each segment that is missing
  std::unordered_set<std::uint32_t> told_;
};

// A Deferred that was made before the first segment.
struct Past {
  event::Carried carried;
  std::vector<event::CarriedPair> pairs;
};

// What the first segment carries.
struct Head {
  std::int64_t begin_ns = 0;
  std::vector<std::pair<std::int64_t, Past>> deferreds;  // by their creation
  std::vector<event::CarriedWait> waits;
  std::vector<std::pair<std::int64_t, event::CallScheduled>> calls;  // by when they were scheduled
  std::vector<event::FailureSeen> failures;
};

std::int64_t time_before(std::int64_t time_ns, event::Duration age) {
  return time_ns - std::clamp<std::int64_t>(age.ns, 0, time_ns);
}

bool is_pending(event::EndState state) { return state == event::EndState::kPending; }

}  // namespace

class Joiner::Work {
 public:
  Work() : interner_(&definitions_, &new_definitions_) {}

  void add(std::span<const std::byte> bytes) {
    if (!begun_) read(bytes, true);
    read(bytes, false);
    ++segments_;
  }
  Joined take() {
    first_.deferreds = highest_serial_;  // so that a Reader expects them all
    joined_.bytes = output_.take(first_);
    return std::move(joined_);
  }

 private:
  // `only_head`: collects what the segment carries, and looks at nothing else.
  void read(std::span<const std::byte> bytes, bool only_head) {
    Reader reader(bytes);
    Renumbering renumbering(&interner_, &highest_serial_);
    event::Event event;
    while (reader.next(&event))
      std::visit([&](auto& body) { see(event.time_ns, body, &renumbering, only_head); },
                 event.body);
    if (only_head) return begun_ ? write_head() : void();
    if (reader.ending() == Ending::kError) joined_.problems.push_back({segments_, reader.error()});
    for (const Error& warning : reader.warnings()) joined_.problems.push_back({segments_, warning});
  }

  template <class Kind>
  void see(std::int64_t time_ns, Kind& body, Renumbering* renumbering, bool only_head) {
    if constexpr (std::is_same_v<Kind, event::Info>) {
      if (definitions_.info(body.key) != body.value) interner_.info(body.key, body.value);
      define_new();
    } else if constexpr (!kIsTimed<Kind>) {
      renumbering->add(body);
      define_new();
    } else {
      renumbering->translate(&body);
      if (!only_head) {
        on(time_ns, body);
        ++event_count_;
        return;
      }
      if constexpr (requires { collect(time_ns, body); }) collect(time_ns, body);
    }
  }

  void define_new() {
    for (const event::Event& each : new_definitions_)
      std::visit(
          [&]<class Kind>(const Kind& kind) {
            if constexpr (!kIsTimed<Kind>) output_.define(kind);
          },
          each.body);
    new_definitions_.clear();
  }

  void leave_out(std::int64_t time_ns, std::uint64_t count) {
    if (count == 0) return;
    joined_.left_out += count;
    output_.write(time_ns, event::Lost{count, event::LostReason::kLeftOut});
  }
  void serials_before(const event::Segment& segment) {
    deferreds_.given_before(segment.deferreds);
    failures_.given_before(segment.failures);
    calls_.given_before(segment.calls);
  }

  // ---- The first segment, for the first time ----------------------------------------------------

  void collect(std::int64_t time_ns, const event::Segment& segment) {
    if (begun_) return;
    begun_ = true;
    head_.begin_ns = time_ns;
    event_count_ = segment.events;
    failures_before_ = segment.failures;
    serials_before(segment);
    first_ = segment;
    leave_out(0, segment.events);
  }
  void collect(std::int64_t time_ns, const event::Clock& clock) {
    if (std::exchange(clock_told_, true)) return;
    const auto since = static_cast<std::uint64_t>(time_ns);
    output_.write(0, event::Clock{clock.unix_ns - std::min(clock.unix_ns, since)});
  }
  void collect(std::int64_t time_ns, const event::Carried& carried) {
    const bool is_new = begun_ && deferreds_.first(number(carried.deferred));
    carrying_ = is_new ? carried.deferred : DeferredId::kNone;
    if (is_new) head_.deferreds.push_back({time_before(time_ns, carried.age), {carried, {}}});
  }
  void collect(std::int64_t, const event::CarriedPair& pair) {
    if (is_carrying(pair.deferred)) head_.deferreds.back().second.pairs.push_back(pair);
  }
  void collect(std::int64_t, const event::CarriedWait& wait) {
    if (is_carrying(wait.on)) head_.waits.push_back(wait);
  }
  void collect(std::int64_t time_ns, const event::CarriedCall& call) {
    if (!begun_ || !calls_.first(number(call.call))) return;
    const std::int64_t scheduled_ns = time_before(time_ns, call.age);
    const std::uint64_t delay = static_cast<std::uint64_t>(call.delay.ns) +
                                static_cast<std::uint64_t>(time_ns - scheduled_ns);
    head_.calls.push_back(
        {scheduled_ns, {call.call, call.function, {static_cast<std::int64_t>(delay)}, call.stack}});
  }
  void collect(std::int64_t, const event::FailureSeen& failure) {
    if (number(failure.failure) <= failures_before_ && failures_.first(number(failure.failure)))
      head_.failures.push_back(failure);
  }

  bool is_carrying(DeferredId id) const { return id == carrying_ && number(id) != 0; }

  void write_head() {
    const auto by_time = [](const auto& a, const auto& b) { return a.first < b.first; };
    std::stable_sort(head_.deferreds.begin(), head_.deferreds.end(), by_time);
    std::stable_sort(head_.calls.begin(), head_.calls.end(), by_time);
    auto call = head_.calls.begin();
    for (const auto& [created_ns, past] : head_.deferreds) {
      for (; call != head_.calls.end() && call->first <= created_ns; ++call)
        output_.write(call->first, call->second);
      introduce(created_ns, past.carried);
      first_position(past.carried, past.pairs);
      for (const event::CarriedPair& pair : past.pairs) attach(created_ns, pair);
    }
    for (; call != head_.calls.end(); ++call) output_.write(call->first, call->second);
    for (const event::FailureSeen& failure : head_.failures) output_.write(head_.begin_ns, failure);
    for (const auto& [created_ns, past] : head_.deferreds) settle(head_.begin_ns, past.carried);
    for (const event::CarriedWait& wait : head_.waits) await(head_.begin_ns, wait);
    head_ = {};
    carrying_ = DeferredId::kNone;
  }

  // ---- Carried Deferreds ------------------------------------------------------------------------

  void introduce(std::int64_t time_ns, const event::Carried& carried) {
    output_.write(time_ns, event::Created{carried.deferred, carried.type, carried.address,
                                          carried.canceller, carried.stack});
    if (number(carried.function) != 0)
      output_.write(time_ns, event::Coroutine{carried.deferred, carried.function});
  }
  // Pairs that have run are not told of: what is left counts from the first.
  void first_position(const event::Carried& carried, const std::vector<event::CarriedPair>& pairs) {
    std::uint32_t first = carried.attached;
    for (const event::CarriedPair& pair : pairs) first = std::min(first, pair.position);
    if (first != 0) first_positions_[carried.deferred] = first;
  }
  void attach(std::int64_t time_ns, const event::CarriedPair& pair) {
    output_.write(time_ns, event::Attached{pair.deferred, pair.callback, pair.errback, {}});
  }
  void settle(std::int64_t time_ns, const event::Carried& carried) {
    if (is_pending(carried.state)) return;
    output_.write(time_ns, event::Fired{carried.deferred, carried.result, {}});
    if (carried.state == event::EndState::kPaused)
      output_.write(time_ns, event::Paused{carried.deferred, 1, {}});
  }
  void await(std::int64_t time_ns, const event::CarriedWait& wait) {
    output_.write(time_ns, event::Waiting{wait.deferred, wait.on, wait.how, wait.stack});
  }

  // ---- All segments, in order -------------------------------------------------------------------

  template <class Kind>
  void on(std::int64_t time_ns, const Kind& kind) {
    output_.write(time_ns, kind);
  }
  void on(std::int64_t time_ns, const event::Segment& segment) {
    if (segment.events > event_count_) {
      leave_out(time_ns, segment.events - event_count_);
      serials_before(segment);
    }
    event_count_ = std::max(event_count_, segment.events);
  }
  void on(std::int64_t, const event::Clock& clock) {
    if (!clock_told_) output_.write(0, clock);
    clock_told_ = true;
  }
  void on(std::int64_t time_ns, const event::FailureSeen& failure) {
    if (failures_.first(number(failure.failure))) output_.write(time_ns, failure);
  }
  void on(std::int64_t time_ns, const event::Resource& resource) {
    if (resources_.insert(number(resource.resource)).second) output_.write(time_ns, resource);
  }
  void on(std::int64_t time_ns, const event::LoopStarted& loop) {
    if (loops_.insert(number(loop.loop)).second) output_.write(time_ns, loop);
  }
  void on(std::int64_t time_ns, const event::Created& created) {
    deferreds_.first(number(created.deferred));
    output_.write(time_ns, created);
  }
  void on(std::int64_t time_ns, const event::Adopted& adopted) {
    deferreds_.first(number(adopted.deferred));
    output_.write(time_ns, adopted);
  }
  void on(std::int64_t time_ns, const event::CallScheduled& call) {
    calls_.first(number(call.call));
    output_.write(time_ns, call);
  }
  void on(std::int64_t time_ns, event::Started started) {
    const auto base = first_positions_.find(started.deferred);
    if (base != first_positions_.end() && started.position >= base->second)
      started.position -= base->second;
    output_.write(time_ns, started);
  }
  // Carried for the first time here: its own segment is missing.
  void on(std::int64_t time_ns, const event::Carried& carried) {
    const bool is_new = deferreds_.first(number(carried.deferred));
    carrying_ = is_new ? carried.deferred : DeferredId::kNone;
    if (!is_new) return;
    introduce(time_ns, carried);
    settle(time_ns, carried);
    first_position(carried, {});
  }
  void on(std::int64_t time_ns, const event::CarriedPair& pair) {
    if (!is_carrying(pair.deferred)) return;
    std::uint32_t& first = first_positions_[pair.deferred];
    first = std::min(first, pair.position);
    attach(time_ns, pair);
  }
  void on(std::int64_t time_ns, const event::CarriedWait& wait) {
    if (is_carrying(wait.on)) await(time_ns, wait);
  }
  void on(std::int64_t time_ns, const event::CarriedCall& call) {
    if (calls_.first(number(call.call)))
      output_.write(time_ns,
                    event::CallScheduled{call.call, call.function, call.delay, call.stack});
  }

  Joined joined_;
  std::size_t segments_ = 0;
  Output output_;
  event::Segment first_;
  std::uint32_t highest_serial_ = 0;
  Definitions definitions_;
  std::vector<event::Event> new_definitions_;
  Interner interner_;

  bool begun_ = false;
  bool clock_told_ = false;
  std::uint64_t event_count_ = 0;      // in segments, up to here
  std::uint32_t failures_before_ = 0;  // given before the first segment
  Told deferreds_, failures_, calls_;
  std::unordered_set<std::uint32_t> resources_, loops_;
  DeferredId carrying_{};  // the Deferred that the last `carried` introduced, or none
  Head head_;
  std::unordered_map<DeferredId, std::uint32_t> first_positions_;
};

Joiner::Joiner() : work_(std::make_unique<Work>()) {}
Joiner::~Joiner() = default;
void Joiner::add(std::span<const std::byte> segment) { work_->add(segment); }
Joined Joiner::take() { return work_->take(); }

Joined join(std::span<const std::span<const std::byte>> segments) {
  Joiner joiner;
  for (const auto& segment : segments) joiner.add(segment);
  return joiner.take();
}

bool is_segment(std::span<const std::byte> bytes) {
  return bytes.size() >= kHeaderBytes && std::memcmp(bytes.data(), kMagic, sizeof(kMagic)) == 0 &&
         bytes[10] == std::byte{kSegmentFlag};
}

}  // namespace reactortrack::log
