// SPDX-License-Identifier: MIT
#include "core/replay/timeline.h"

#include <algorithm>
#include <limits>
#include <variant>

namespace reactortrack::replay {
namespace {

constexpr std::uint64_t kMaxEvents = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kEventsPerConversion = 1 << 14;

bool is_timed(const event::Event& event) {
  return static_cast<std::uint8_t>(event::kind_of(event.body)) >= event::kFirstTimedKind;
}

}  // namespace

Timeline::Timeline(std::span<const std::byte> bytes) : bytes_(bytes) { open(); }

Timeline::~Timeline() = default;

void Timeline::open() {
  format_ = log::format_of(bytes_);
  source_ = log::open(bytes_);
  if (format_ == log::Format::kForeign) return;
  if (format_ == log::Format::kJsonLines) {
    conversion_ = std::make_unique<Conversion>(source_.get());
    reader_ = &conversion_->reader();
  } else {
    reader_ = static_cast<log::Reader*>(source_.get());
  }
  keyframes_.add().next.offset = log::kHeaderBytes;
}

void Timeline::extend(std::span<const std::byte> bytes) {
  if (bytes.size() < bytes_.size()) return;
  bytes_ = bytes;
  // What the first few bytes did not tell the next ones may.
  if (format_ == log::Format::kForeign) return open();
  source_->extend(bytes);
}

bool Timeline::read_next(event::Event* event) {
  while (!reader_->next(event))
    if (!conversion_ || !conversion_->convert(kEventsPerConversion)) return false;
  return true;
}

bool Timeline::read(std::uint64_t max_events) {
  if (reader_ == nullptr) return false;
  const std::uint64_t end =
      model_.event_count() + std::min(max_events, kMaxEvents - model_.event_count());
  event::Event event;
  while (model_.event_count() < end) {
    if (!read_next(&event)) return false;
    if (!is_timed(event)) continue;
    model_.apply(event);
    if (model_.event_count() % kEventsPerKeyframe == 0)
      keyframes_.add() = {reader_->bookmark(), model_.last_started()};
  }
  return end < kMaxEvents;
}

template <class Visit>
void Timeline::revisit(EventNumber event, Visit&& visit) const {
  if (!happened(event, last())) return;
  const std::uint32_t keyframe = (number(event) - 1) / kEventsPerKeyframe;
  log::Bookmark at = keyframes_[keyframe].next;
  event::Event each;
  for (std::uint32_t count = keyframe * kEventsPerKeyframe; count < number(event);) {
    if (!reader_->reread(&at, &each)) return;
    if (is_timed(each)) visit(static_cast<EventNumber>(++count), each);
  }
}

std::optional<event::Event> Timeline::event(EventNumber event) const {
  std::optional<event::Event> found;
  revisit(event, [&](EventNumber number, const event::Event& each) {
    if (number == event) found = each;
  });
  return found;
}

// ---- The cursor -------------------------------------------------------------------------------

PairIndex Timeline::last_started(EventNumber at) const {
  if (!happened(at) || keyframes_.empty()) return PairIndex::kNone;
  const EventNumber until = std::min(at, last());
  PairIndex found = keyframes_[(number(until) - 1) / kEventsPerKeyframe].last_started;
  revisit(until, [&](EventNumber number, const event::Event& each) {
    const auto* started = std::get_if<event::Started>(&each.body);
    if (started == nullptr) return;
    const Deferred* deferred = model_.find(started->deferred);
    if (deferred == nullptr) return;
    const PairIndex pair = moment_of(model_, *deferred, number).current_pair;
    if (model_.pair(pair).started_at == number) found = pair;
  });
  return found;
}

Cursor Timeline::cursor(EventNumber at) const {
  Cursor cursor;
  cursor.last_executed = last_started(at);
  // The last switch to the thread of this event: what it began before, and what has begun since.
  PairIndex innermost = cursor.last_executed;
  const Pool<Switch>& switches = model_.switches();
  std::size_t low = 0;
  for (std::size_t high = switches.size(); low < high;) {
    const std::size_t middle = low + (high - low) / 2;
    if (switches[middle].at <= at)
      low = middle + 1;
    else
      high = middle;
  }
  if (low != 0) {
    const Switch& last = switches[low - 1];
    if (innermost == PairIndex::kNone || model_.pair(innermost).started_at < last.at)
      innermost = last.last_started;
  }
  for (Frame frame = Frame::of(innermost); frame.kind() != FrameKind::kNothing;
       frame = model_.outer(frame)) {
    const PairIndex pair = frame.pair();
    if (pair != PairIndex::kNone && !happened(model_.pair(pair).finished_at, at))
      cursor.executing.push_back(pair);
  }
  std::reverse(cursor.executing.begin(), cursor.executing.end());
  return cursor;
}

// ---- The histogram ----------------------------------------------------------------------------

std::vector<Bucket> Timeline::histogram(EventNumber first, EventNumber last_event,
                                        std::uint32_t bucket_count) const {
  std::vector<Bucket> buckets(bucket_count);
  first = std::max(first, static_cast<EventNumber>(1));
  last_event = std::min(last_event, last());
  if (buckets.empty() || first > last_event) return buckets;
  const std::int64_t begin_ns = time_ns(first);
  const auto span_ns = static_cast<std::uint64_t>(time_ns(last_event) - begin_ns);
  const auto failures_until = [&](EventNumber event) {
    const Pool<Failure>& failures = model_.failures();
    std::size_t low = 0;
    for (std::size_t high = failures.size(); low < high;) {
      const std::size_t middle = low + (high - low) / 2;
      if (failures[middle].seen_at <= event)
        low = middle + 1;
      else
        high = middle;
    }
    return static_cast<std::uint32_t>(low);
  };
  auto before = static_cast<EventNumber>(number(first) - 1);
  std::uint32_t failures_before = failures_until(before);
  for (std::uint32_t i = 0; i < bucket_count; ++i) {
    EventNumber until = last_event;
    if (i + 1 < bucket_count) {
      // A step ends right before the next begins. In floating point: steps need not be whole.
      const double share = static_cast<double>(i + 1) / bucket_count;
      const auto step_ns = static_cast<std::int64_t>(static_cast<double>(span_ns) * share);
      until = std::clamp(at_time(begin_ns + step_ns - 1), before, last_event);
    }
    const std::uint32_t failures = failures_until(until);
    buckets[i] = {number(until) - number(before), failures - failures_before};
    before = until;
    failures_before = failures;
  }
  return buckets;
}

}  // namespace reactortrack::replay
