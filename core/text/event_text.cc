// SPDX-License-Identifier: MIT
#include "core/text/event_text.h"

#include <type_traits>
#include <variant>

#include "core/event/names.h"
#include "core/replay/moment.h"
#include "core/text/text.h"

namespace reactortrack::text {

using replay::EventNumber;

namespace {

using event::CallableId;

constexpr const char* kDeferred = "Deferred";

std::string joined(const std::string& first, const std::string& second) {
  if (first.empty() || second.empty()) return first + second;
  return first + ", " + second;
}

template <class Id>
std::string numbered(const char* what, Id id) {
  return std::string(what) + " " + std::to_string(event::number(id));
}

std::string call_subject(event::DelayedCallId id) { return numbered("call", id); }

// One overload a kind; what they return is told in the order subject, detail, last, bad.
class Describe {
 public:
  Describe(const Wording& say, EventNumber now) : say_(say), model_(say.model()), now_(now) {}

  EventText operator()(const event::Created& e) const {
    std::string detail =
        joined(say_.type(e.type, kDeferred), say_.frame(deferred(e.deferred).created_in));
    if (e.canceller != CallableId::kNone && !say_.is_twisteds(e.canceller))
      detail = joined(detail, "canceller " + say_.callable(e.canceller));
    return {deferred_text(e.deferred), detail, say_.where(e.stack)};
  }
  EventText operator()(const event::Adopted& e) const {
    return {deferred_text(e.deferred),
            say_.type(e.type, kDeferred) +
                ", made before the recording: " + Wording::end_state(e.state),
            ""};
  }
  EventText operator()(const event::Attached& e) const {
    return {deferred_text(e.deferred),
            say_.callables({.callback = e.callback, .errback = e.errback}), say_.where(e.stack)};
  }
  EventText operator()(const event::Fired& e) const {
    return {deferred_text(e.deferred), "with " + say_.result(e.result), say_.where(e.stack),
            is_failure(e.result)};
  }
  EventText operator()(const event::FiredAgain& e) const {
    const char* effect = e.suppressed ? ", ignored: it had been cancelled" : ", AlreadyCalledError";
    return {deferred_text(e.deferred), "with " + say_.result(e.result) + effect,
            say_.where(e.stack), !e.suppressed};
  }
  EventText operator()(const event::Started& e) const {
    const CallableId ran = model_.ran(last_pair(e.deferred));
    return {deferred_text(e.deferred), std::string(word(e.lane)) + " " + say_.callable(ran),
            say_.defined_at(ran)};
  }
  EventText operator()(const event::Finished& e) const {
    const replay::Pair& pair = last_pair(e.deferred);
    const std::string took =
        pair.finished_at == now_ ? duration_text(model_.span_ns(pair.started_at, now_)) : "";
    return {deferred_text(e.deferred),
            say_.callable(model_.ran(pair)) + " " + say_.outcome(e.result), took,
            is_failure(e.result)};
  }
  EventText operator()(const event::Waiting& e) const {
    return {deferred_text(e.deferred),
            "for " + deferred_text(e.on) + ", " + Wording::wait_kind(e.how), say_.where(e.stack)};
  }
  EventText operator()(const event::Resumed& e) const {
    return {deferred_text(e.deferred),
            "by " + deferred_text(e.by) + " with " + say_.result(e.result), "",
            is_failure(e.result)};
  }
  EventText operator()(const event::Taken& e) const {
    return {deferred_text(e.deferred), say_.result(e.result) + " from " + deferred_text(e.from), "",
            is_failure(e.result)};
  }
  EventText operator()(const event::Paused& e) const {
    return {deferred_text(e.deferred), pauses(e.count), say_.where(e.stack)};
  }
  EventText operator()(const event::Unpaused& e) const {
    return {deferred_text(e.deferred), pauses(e.count), say_.where(e.stack), e.count < 0};
  }
  EventText operator()(const event::Cancelling& e) const {
    return {deferred_text(e.deferred), "cancel() was called", say_.where(e.stack)};
  }
  EventText operator()(const event::Cancelled& e) const {
    return {deferred_text(e.deferred), Wording::cancel_effect(e.effect, e.to), "",
            e.effect == event::CancelEffect::kRaised};
  }
  EventText operator()(const event::Collected& e) const {
    std::string detail = Wording::end_state(e.state);
    if (e.left != 0) detail = joined(detail, plural(e.left, "pair") + " never ran");
    return {deferred_text(e.deferred), detail, "", e.state == event::EndState::kFailedUnhandled};
  }
  EventText operator()(const event::FailureSeen& e) const {
    return {"", say_.failure(e.failure), raised_at(e.traceback), true};
  }
  EventText operator()(const event::Coroutine& e) const {
    return {deferred_text(e.deferred), "result of " + say_.callable(e.function),
            say_.defined_at(e.function)};
  }
  EventText operator()(const event::TurnStarted&) const { return {}; }
  EventText operator()(const event::TurnEnded& e) const {
    const replay::Turn turn = this->turn();
    const bool known = happened(turn.started_at, now_);
    return {"", plural(e.calls, "delayed call"),
            known ? duration_text(model_.span_ns(turn.started_at, now_)) : ""};
  }
  EventText operator()(const event::PollStarted& e) const {
    return {"", e.timeout.ns < 0 ? "no time limit" : "for at most " + duration_text(e.timeout.ns),
            ""};
  }
  EventText operator()(const event::PollEnded&) const {
    const replay::Turn turn = this->turn();
    const bool known = happened(turn.poll_started_at, now_);
    return {"", "", known ? duration_text(model_.span_ns(turn.poll_started_at, now_)) : ""};
  }
  EventText operator()(const event::CallScheduled& e) const {
    return {call_subject(e.call), say_.callable(e.function) + " in " + duration_text(e.delay.ns),
            say_.where(e.stack)};
  }
  EventText operator()(const event::CallStarted& e) const {
    const CallableId function = call(e.call).function;
    const std::string late = e.late.ns > 0 ? ", " + duration_text(e.late.ns) + " late" : "";
    return {call_subject(e.call), say_.callable(function) + late, say_.defined_at(function)};
  }
  EventText operator()(const event::CallEnded& e) const {
    const replay::DelayedCall& ended = call(e.call);
    const bool known = happened(ended.started_at, now_);
    return {call_subject(e.call), say_.callable(ended.function),
            known ? duration_text(model_.span_ns(ended.started_at, now_)) : ""};
  }
  EventText operator()(const event::CallCancelled& e) const {
    return {call_subject(e.call), say_.callable(call(e.call).function), say_.where(e.stack)};
  }
  EventText operator()(const event::CallReset& e) const {
    return {call_subject(e.call),
            say_.callable(call(e.call).function) + " now in " + duration_text(e.delay.ns), ""};
  }
  EventText operator()(const event::IoStarted& e) const {
    return {"", say_.type(e.type, "input or output"), ""};
  }
  EventText operator()(const event::IoEnded&) const { return {}; }
  EventText operator()(const event::Thread& e) const {
    event::StringId name = e.name;
    for (const replay::Model::Thread& each : model_.threads())
      if (each.id == e.thread) name = each.name;
    return {"", joined("T" + std::to_string(number(e.thread)), say_.text(name)), ""};
  }
  EventText operator()(const event::Mark& e) const { return {"", say_.text(e.text), ""}; }
  EventText operator()(const event::Lost& e) const {
    return {"", plural(e.count, "event") + ": " + Wording::lost_reason(e.reason), "", true};
  }
  EventText operator()(const event::Clock& e) const {
    return {"", date_text(static_cast<std::int64_t>(e.unix_ns)), ""};
  }
  EventText operator()(const event::End& e) const {
    const bool exited = e.reason == event::EndReason::kExit;
    return {"", exited ? "the program exited" : "recording was stopped", ""};
  }
  EventText operator()(const event::Resource& e) const {
    std::string detail = say_.type(e.type, word(e.what));
    if (e.limit > 1) detail = joined(detail, "for " + std::to_string(e.limit));
    if (e.taken > 0) detail = joined(detail, std::to_string(e.taken) + " taken");
    return {numbered("res", e.resource), detail, say_.where(e.stack)};
  }
  EventText operator()(const event::Acquiring& e) const {
    return {numbered("res", e.resource), "asked for by " + deferred_text(e.deferred),
            say_.where(e.stack)};
  }
  EventText operator()(const event::Acquired& e) const {
    return {numbered("res", e.resource), "given to " + deferred_text(e.deferred), ""};
  }
  EventText operator()(const event::Released& e) const {
    return {numbered("res", e.resource), "given back", say_.where(e.stack)};
  }
  EventText operator()(const event::Resized& e) const {
    return {numbered("res", e.resource),
            e.limit == 0 ? "stopped" : "for " + std::to_string(e.limit), ""};
  }
  EventText operator()(const event::WorkQueued& e) const {
    const bool known = e.deferred != event::DeferredId::kNone;
    return {numbered("work", e.work),
            joined(say_.callable(e.function), known ? "for " + deferred_text(e.deferred) : ""),
            say_.where(e.stack)};
  }
  EventText operator()(const event::WorkStarted& e) const {
    return {numbered("work", e.work), "", ""};
  }
  EventText operator()(const event::WorkEnded& e) const {
    return {numbered("work", e.work), say_.outcome(e.result), "", is_failure(e.result)};
  }
  EventText operator()(const event::CallFromThread& e) const {
    return {call_subject(e.call), say_.callable(e.function), say_.where(e.stack)};
  }
  EventText operator()(const event::LoopStarted& e) const {
    return {numbered("loop", e.loop),
            say_.callable(e.function) + " every " + duration_text(e.interval.ns) + ", until " +
                deferred_text(e.deferred) + " fires",
            say_.where(e.stack)};
  }
  EventText operator()(const event::IterationStarted& e) const {
    return {numbered("loop", e.loop), "", ""};
  }
  EventText operator()(const event::IterationEnded& e) const {
    const bool waits = e.deferred != event::DeferredId::kNone;
    return {numbered("loop", e.loop), waits ? "waits for " + deferred_text(e.deferred) : "", ""};
  }
  EventText operator()(const event::LoopStopped& e) const {
    return {numbered("loop", e.loop), "stop() was called", say_.where(e.stack)};
  }
  EventText operator()(const event::ReactorStopping& e) const {
    return {"", "stop() was called", say_.where(e.stack)};
  }
  EventText operator()(const event::SystemEvent& e) const { return {"", say_.text(e.type), ""}; }
  EventText operator()(const event::TriggerStarted& e) const {
    return {"", std::string(word(e.phase)) + ": " + say_.callable(e.function),
            say_.defined_at(e.function)};
  }
  EventText operator()(const event::TriggerEnded& e) const {
    const bool waits = e.deferred != event::DeferredId::kNone;
    return {"", waits ? "returned " + deferred_text(e.deferred) : "", ""};
  }
  EventText operator()(const event::Timeout& e) const {
    return {deferred_text(e.deferred), "after " + duration_text(e.delay.ns), say_.where(e.stack)};
  }
  EventText operator()(const event::CancellerRaised& e) const {
    return {deferred_text(e.deferred), say_.failure(e.failure), "", true};
  }
  EventText operator()(const event::Future& e) const {
    std::string what = say_.type(e.type, "Future");
    if (e.function != CallableId::kNone) what += " of " + say_.callable(e.function);
    return {
        deferred_text(e.deferred),
        (e.link == event::FutureLink::kAsFuture ? "gives its result to " : "gets that of ") + what,
        say_.where(e.stack)};
  }
  EventText operator()(const event::NeverAwaited& e) const {
    return {"", "coroutine " + say_.callable(e.function), say_.where(e.stack), true};
  }
  EventText operator()(const event::Awaited& e) const {
    const bool known = e.by != event::DeferredId::kNone;
    return {deferred_text(e.deferred),
            joined("it had its result", known ? "for " + deferred_text(e.by) : ""),
            say_.where(e.stack)};
  }
  EventText operator()(const event::ContextChanged& e) const {
    return {deferred_text(e.deferred), "a callback changed " + say_.text(e.variable),
            say_.where(e.stack), true};
  }
  EventText operator()(const event::Segment& e) const {
    return {"", "segment " + count_text(e.segment) + " begins",
            e.events == 0 ? "" : "after " + plural(e.events, "event")};
  }
  EventText operator()(const event::Carried& e) const {
    return {deferred_text(e.deferred),
            say_.type(e.type, kDeferred) + ", made " + duration_text(e.age.ns) +
                " before: " + Wording::end_state(e.state),
            say_.where(e.stack)};
  }
  EventText operator()(const event::CarriedPair& e) const {
    return {deferred_text(e.deferred),
            say_.callables({.callback = e.callback, .errback = e.errback}), ""};
  }
  EventText operator()(const event::CarriedWait& e) const {
    return {deferred_text(e.deferred), "waits for " + deferred_text(e.on), say_.where(e.stack)};
  }
  EventText operator()(const event::CarriedCall& e) const {
    return {call_subject(e.call),
            say_.callable(e.function) + ", due in " + duration_text(e.delay.ns),
            say_.where(e.stack)};
  }
  // Definitions are no events; nobody asks for their line.
  template <class Definition>
    requires(static_cast<std::uint8_t>(Definition::kKind) < event::kFirstTimedKind)
  EventText operator()(const Definition&) const {
    return {};
  }

 private:
  static bool is_failure(const event::Result& result) {
    return result.outcome == event::Outcome::kFailureRaised ||
           result.outcome == event::Outcome::kFailureReturned;
  }
  static std::string pauses(std::int32_t count) {
    if (count < 0) return "more often than paused";
    return count == 0 ? "goes on" : plural(static_cast<std::uint64_t>(count), "pause") + " open";
  }
  const replay::Deferred& deferred(event::DeferredId id) const { return *model_.find(id); }
  const replay::Pair& last_pair(event::DeferredId id) const {
    return model_.pair(moment_of(model_, deferred(id), now_).current_pair);
  }
  // The round of the reactor that had begun last.
  replay::Turn turn() const {
    const auto began_at = [](const replay::Turn& turn) {
      for (const EventNumber each :
           {turn.started_at, turn.ended_at, turn.poll_started_at, turn.poll_ended_at})
        if (happened(each)) return each;
      return EventNumber::kNone;
    };
    std::size_t begin = 0;
    std::size_t end = model_.turns().size();
    while (begin < end) {
      const std::size_t middle = begin + (end - begin) / 2;
      if (began_at(model_.turns()[middle]) <= now_)
        begin = middle + 1;
      else
        end = middle;
    }
    return begin == 0 ? replay::Turn() : model_.turns()[begin - 1];
  }
  const replay::DelayedCall& call(event::DelayedCallId id) const { return *model_.find(id); }
  // Where it was raised, and in whose code it was on the way.
  std::string raised_at(event::StackId traceback) const {
    if (traceback == event::StackId::kNone) return "";
    const log::Definitions& definitions = say_.definitions();
    return say_.place_in(definitions.site(definitions.stack(traceback).site));
  }

  const Wording& say_;
  const replay::Model& model_;
  const EventNumber now_;
};

}  // namespace

EventText event_text(const event::Event& event, EventNumber number, const Wording& wording) {
  return std::visit(Describe(wording, number), event.body);
}

bool concerns(const event::Event& event, event::DeferredId id) {
  bool found = false;
  const auto look = [&](const char*, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, event::DeferredId>) found |= value == id;
    if constexpr (std::is_same_v<Value, event::Result>) found |= value.deferred == id;
  };
  std::visit([&](const auto& body) { event::for_each_field(body, look); }, event.body);
  return found;
}

}  // namespace reactortrack::text
