// SPDX-License-Identifier: MIT
//
// About single events, and ways from one to another.
#include <algorithm>
#include <type_traits>

#include "core/event/names.h"
#include "core/log/json_lines.h"
#include "core/text/async_stack.h"
#include "core/text/event_text.h"
#include "core/text/text.h"
#include "wasm/answers.h"
#include "wasm/facts.h"

namespace reactortrack::wasm {

namespace {

// The Deferred that an event is of: the first it names.
event::DeferredId deferred_of(const event::Event& event) {
  event::DeferredId found = event::DeferredId::kNone;
  const auto look = [&](const char*, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, event::DeferredId>)
      if (found == event::DeferredId::kNone) found = value;
  };
  std::visit([&](const auto& body) { event::for_each_field(body, look); }, event.body);
  return found;
}

std::string_view kind_word(const event::Event& event) {
  return event::word(event::kind_of(event.body));
}

}  // namespace

// ---- Event ------------------------------------------------------------------------------------

void Answer::event() {
  const auto asked = std::min(EventNumber{a_}, timeline_.last());
  json_.begin_object();
  event_fields(asked);
  json_.field("last", number(timeline_.last()));
  const auto found = timeline_.event(asked);
  json_.field("line", found ? line_of(*found, asked) : std::string());
  awaited_by(found ? &*found : nullptr, asked);
  json_.end();
}

// The other half of an event's stack: who awaited the code that ran then.
void Answer::awaited_by(const event::Event* event, EventNumber at) {
  bool has_stack = false;
  const auto look = [&](const char*, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, event::StackId>)
      has_stack |= value != event::StackId::kNone;
  };
  if (event != nullptr)
    std::visit([&](const auto& body) { event::for_each_field(body, look); }, event->body);
  json_.key("awaited_by").begin_array();
  if (has_stack) {
    const std::vector<replay::PairIndex> executing = timeline_.cursor(at).executing;
    const replay::Frame inside =
        executing.empty() ? replay::Frame{} : replay::Frame::of(executing.back());
    for (const text::Awaiter& each : text::awaiters(model_, inside, at))
      json_.value(awaiter_text(say_, each));
  }
  json_.end();
}

void Answer::events() {
  const std::uint32_t first = std::max(a_, 1u);
  const std::uint32_t last = number(timeline_.last());
  const std::uint32_t count = first > last ? 0 : std::min({b_, 10'000u, last - first + 1});
  json_.begin_object().field("first", first).field("last", last);
  json_.key("events").begin_array();
  for (std::uint32_t event = first; event < first + count; ++event) {
    json_.begin_object();
    event_fields(EventNumber{event});
    json_.end();
  }
  json_.end().end();
}

void Answer::event_fields(EventNumber number_of) {
  const auto found = timeline_.event(number_of);
  const text::EventText text =
      found ? text::event_text(*found, number_of, say_) : text::EventText();
  json_.field("number", number(number_of));
  ns("time_ns", found ? found->time_ns : 0);
  json_.field("time", text::clock_text(found ? found->time_ns : 0));
  json_.field("action", found ? kind_word(*found) : std::string_view("start"));
  json_.field("subject", text.subject).field("detail", text.detail).field("place", text.last);
  json_.field("bad", text.bad);
  const replay::Deferred* deferred = found ? model_.find(deferred_of(*found)) : nullptr;
  if (deferred == nullptr) return;
  json_.field("deferred", number(deferred->id)).field("node", node(*deferred));
}

// A line says more than its event: so the writer is told first what it would have seen of the
// Deferreds and the failure that are named.
std::string Answer::line_of(const event::Event& event, EventNumber number_of) const {
  log::JsonLinesWriter writer(timeline_.source().definitions());
  const auto tell = [&](std::int64_t time_ns, event::Body body) {
    writer.observe({.time_ns = time_ns, .body = std::move(body)});
  };
  const auto kind = event::kind_of(event.body);
  const bool needs_pairs = kind == event::EventKind::kAttached ||
                           kind == event::EventKind::kStarted ||
                           kind == event::EventKind::kFinished;
  const auto tell_of = [&](event::DeferredId id) {
    const replay::Deferred* deferred = model_.find(id);
    if (deferred == nullptr) return;
    const bool is_known = deferred->seen_at < number_of || kind == event::EventKind::kCreated;
    if (is_known) tell(0, event::Created{.deferred = id, .address = {model_.address(*deferred)}});
    if (!needs_pairs) return;
    std::uint32_t position = 0;
    for (auto at = deferred->first_pair; at != replay::PairIndex::kNone; ++position) {
      const replay::Pair& pair = model_.pair(at);
      if (pair.attached_at >= number_of) break;
      tell(0, event::Attached{
                  id, model_.attachment(pair).callback, model_.attachment(pair).errback, {}});
      at = pair.next();
      const bool runs = replay::happened(pair.started_at) && pair.started_at < number_of &&
                        !(replay::happened(pair.finished_at) && pair.finished_at < number_of);
      if (runs) tell(model_.time_ns(pair.started_at), event::Started{id, position, pair.lane()});
    }
  };
  const auto look = [&](const char*, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, event::DeferredId>) tell_of(value);
    if constexpr (std::is_same_v<Value, event::Result>) {
      tell_of(value.deferred);
      if (const replay::Failure* failure = model_.find(value.failure))
        tell(0, event::FailureSeen{value.failure, failure->type, {}, {}});
    }
  };
  std::visit([&](const auto& body) { event::for_each_field(body, look); }, event.body);
  std::string line;
  writer.append(event, &line);
  if (line.ends_with('\n')) line.pop_back();
  return line;
}

// ---- The cursor -------------------------------------------------------------------------------

void Answer::cursor() {
  const replay::Cursor& cursor = map_.styles().cursor();
  json_.begin_object().field("event", number(now_)).key("executing").begin_array();
  for (const replay::PairIndex pair : cursor.executing) pair_ref(pair);
  json_.end().key("last_executed");
  pair_ref(cursor.last_executed);
  json_.end();
}

void Answer::pair_ref(replay::PairIndex index) {
  if (index == replay::PairIndex::kNone) {
    json_.null();
    return;
  }
  const replay::Pair& pair = model_.pair(index);
  json_.begin_object().field("deferred", number(pair.deferred));
  json_.field("position", position_of(index)).field("label", names_.of(pair));
  json_.field("node", map_.tree().node_of(index)).end();
}

// ---- Ways -------------------------------------------------------------------------------------

void Answer::find() {
  EventNumber found{};
  const replay::Deferred* deferred = model_.find(event::DeferredId{b_});
  const auto its_events = [&] {
    return deferred == nullptr ? std::vector<EventNumber>() : events_of(model_, *deferred);
  };
  switch (static_cast<Rule>(a_)) {
    case Rule::kNextOfDeferred:
      for (const EventNumber event : its_events())
        if (event > now_ && found == EventNumber::kNone) found = event;
      break;
    case Rule::kPreviousOfDeferred:
      for (const EventNumber event : its_events())
        if (event < now_) found = event;
      break;
    case Rule::kNextFailure: found = next_failure(); break;
    case Rule::kPreviousFailure: found = previous_failure(); break;
    case Rule::kInto: found = next_start(); break;
    case Rule::kOut: found = end_of_current(); break;
    case Rule::kRevealed: found = map_.tree().exists_from(known(b_)); break;
    case Rule::kLastChange: found = last_change(known(b_)); break;
  }
  json_.begin_object().field("event", number(found)).end();
}

replay::EventNumber Answer::next_failure() const {
  for (const replay::Failure& failure : model_.failures())
    if (failure.seen_at > now_) return failure.seen_at;
  return {};
}

replay::EventNumber Answer::previous_failure() const {
  EventNumber found{};
  for (const replay::Failure& failure : model_.failures()) {
    if (failure.seen_at >= now_) break;
    found = failure.seen_at;
  }
  return found;
}

replay::EventNumber Answer::next_start() const {
  EventNumber found{};
  for (const replay::Pair& pair : model_.pairs())
    if (pair.started_at > now_ && (found == EventNumber::kNone || pair.started_at < found))
      found = pair.started_at;
  return found;
}

replay::EventNumber Answer::end_of_current() const {
  const replay::Cursor& cursor = map_.styles().cursor();
  if (!cursor.executing.empty()) return model_.pair(cursor.executing.back()).finished_at;
  EventNumber found{};
  for (const replay::Pair& pair : model_.pairs())
    if (pair.finished_at > now_ && (found == EventNumber::kNone || pair.finished_at < found))
      found = pair.finished_at;
  return found;
}

replay::EventNumber Answer::last_change(std::uint32_t node) const {
  const map::Tree& tree = map_.tree();
  const replay::PairIndex pair = tree.pair(node);
  std::vector<EventNumber> events;
  if (pair != replay::PairIndex::kNone)
    events = events_of(model_.pair(pair));
  else if (tree.deferred(node) != replay::DeferredIndex::kNone)
    events = events_of(model_, model_.deferred(tree.deferred(node)));
  EventNumber found{};
  for (const EventNumber event : events)
    if (event <= now_) found = event;
  return found;
}

}  // namespace reactortrack::wasm
