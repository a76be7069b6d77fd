// SPDX-License-Identifier: MIT
#include "core/text/wording.h"

#include "core/event/names.h"
#include "core/text/text.h"

namespace reactortrack::text {

using event::number;

std::string deferred_text(event::DeferredId id) { return "#" + std::to_string(number(id)); }

std::string Wording::text(event::StringId id) const { return clean(definitions_.text(id)); }

std::string Wording::type(event::StringId id, std::string_view otherwise) const {
  const std::string name = clean(last_name(definitions_.text(id)));
  return name.empty() ? std::string(otherwise) : name;
}

std::string Wording::callable(event::CallableId id) const {
  if (id == event::CallableId::kNone) return "nothing";
  const std::string name = text(definitions_.callable(id).name);
  return name.empty() ? "a callable without a name" : name;
}

std::string Wording::callables(const replay::Attachment& both) const {
  const bool no_callback = both.callback == event::CallableId::kNone;
  const bool no_errback = both.errback == event::CallableId::kNone;
  if (no_callback && no_errback) return "nothing on either side";
  if (both.callback == both.errback) return "both " + callable(both.callback);
  if (no_errback) return "callback " + callable(both.callback);
  if (no_callback) return "errback " + callable(both.errback);
  return "callback " + callable(both.callback) + ", errback " + callable(both.errback);
}

std::string Wording::defined_at(event::CallableId id) const {
  const event::SiteId site = definitions_.callable(id).site;
  return site == event::SiteId::kNone ? "" : place(definitions_.site(site));
}

bool Wording::is_twisteds(event::CallableId id) const {
  return is_twisted(definitions_.text(definitions_.site(definitions_.callable(id).site).file));
}

std::string Wording::place(const event::Site& site) const {
  std::string text = clean(short_path(definitions_.text(site.file)));
  if (site.line != 0) text += ":" + std::to_string(site.line);
  return text;
}

std::string Wording::place_in(const event::Site& site) const {
  const std::string function = text(site.function);
  return function.empty() ? place(site) : place(site) + " in " + function;
}

std::vector<event::Site> Wording::frames(event::StackId stack) const {
  std::vector<event::Site> frames;
  while (stack != event::StackId::kNone && frames.size() < kMaxFrames) {
    const event::Stack entry = definitions_.stack(stack);
    frames.push_back(definitions_.site(entry.site));
    if (number(entry.caller) >= number(stack)) break;  // a caller is always defined earlier
    stack = entry.caller;
  }
  return frames;
}

bool Wording::is_reactor_loop(const event::Site& site) const {
  const std::string_view file = definitions_.text(site.file);
  const std::string_view function = last_name(definitions_.text(site.function));
  const bool in_reactor = file.ends_with("/internet/base.py") || file.ends_with("reactor.py");
  return is_twisted(file) && in_reactor && (function == "run" || function == "mainLoop");
}

event::Site Wording::own_frame(event::StackId stack) const {
  const event::Site innermost = definitions_.site(definitions_.stack(stack).site);
  for (std::size_t depth = 0; stack != event::StackId::kNone && depth < kMaxFrames; ++depth) {
    const event::Stack entry = definitions_.stack(stack);
    const event::Site site = definitions_.site(entry.site);
    if (!is_twisted(definitions_.text(site.file))) return site;
    if (is_reactor_loop(site)) break;
    if (number(entry.caller) >= number(stack)) break;
    stack = entry.caller;
  }
  return innermost;
}

std::string Wording::where(event::StackId stack) const {
  return stack == event::StackId::kNone ? "" : place_in(own_frame(stack));
}

std::string Wording::failure(event::FailureId id) const {
  const replay::Failure* failure = model_.find(id);
  if (failure == nullptr) return "an unknown failure";
  const std::string message = text(failure->message);
  const std::string of_type = type(failure->type, "an exception");
  return message.empty() ? of_type : of_type + ": " + message;
}

std::string Wording::result(const event::Result& result) const {
  switch (result.outcome) {
    case event::Outcome::kNone: return "None";
    case event::Outcome::kValue: {
      const std::string value = text(result.text);
      const std::string of_type = type(result.type, "a value");
      return value.empty() ? of_type : of_type + " " + value;
    }
    case event::Outcome::kFailureReturned:
    case event::Outcome::kFailureRaised: return "failure " + failure(result.failure);
    case event::Outcome::kDeferred: return deferred_text(result.deferred);
  }
  return "";
}

std::string Wording::outcome(const event::Result& result) const {
  if (result.outcome == event::Outcome::kFailureRaised) return "raised " + failure(result.failure);
  return "-> " + this->result(result);
}

std::string Wording::frame(const replay::Frame& frame) const {
  switch (frame.kind()) {
    case replay::FrameKind::kNothing: return "";
    case replay::FrameKind::kPair: {
      const replay::Pair& pair = model_.pair(frame.pair());
      const replay::Deferred* coroutine = model_.find(pair.continues);
      if (coroutine != nullptr && model_.origin(*coroutine).coroutine != event::CallableId::kNone)
        return "in " + callable(model_.origin(*coroutine).coroutine) + " of " +
               deferred_text(coroutine->id);
      return "in " + callable(model_.ran(pair)) + " of " + deferred_text(pair.deferred);
    }
    case replay::FrameKind::kCall: {
      const replay::DelayedCall* call = model_.find(frame.call());
      return call == nullptr ? "in a delayed call" : "in delayed call " + callable(call->function);
    }
    case replay::FrameKind::kIo: return "in " + type(model_.io_type(frame), "input or output");
  }
  return "";
}

std::string Wording::wait_kind(event::WaitKind how) {
  switch (how) {
    case event::WaitKind::kReturned: return "a callback returned it";
    case event::WaitKind::kChainDeferred: return "chainDeferred";
    case event::WaitKind::kAwaited: return "await";
    case event::WaitKind::kListMember: return "member of the list";
  }
  return "";
}

std::string Wording::cancel_effect(const event::CancelEffect& effect, event::DeferredId to) {
  switch (effect) {
    case event::CancelEffect::kNothing: return "no effect, it had fired already";
    case event::CancelEffect::kCancelledError: return "fired with CancelledError";
    case event::CancelEffect::kByCanceller: return "fired by its canceller";
    case event::CancelEffect::kForwarded: return "passed on to " + deferred_text(to);
    case event::CancelEffect::kRaised: return "the canceller raised";
  }
  return "";
}

std::string Wording::end_state(event::EndState state) {
  switch (state) {
    case event::EndState::kPending: return "never fired";
    case event::EndState::kSucceeded: return "succeeded";
    case event::EndState::kFailedHandled: return "failed, handled";
    case event::EndState::kFailedUnhandled: return "failed, unhandled";
    case event::EndState::kWaiting: return "still waiting";
    case event::EndState::kPaused: return "still paused";
  }
  return "";
}

std::string Wording::lost_reason(event::LostReason reason) {
  switch (reason) {
    case event::LostReason::kNoSpace: return "no space left on the disk";
    case event::LostReason::kFile: return "the file could not be grown";
    case event::LostReason::kTooLarge: return "a record was too large";
    case event::LostReason::kLeftOut: return "not a part of this window";
  }
  return "";
}

}  // namespace reactortrack::text
