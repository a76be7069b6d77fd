// SPDX-License-Identifier: MIT
//
// Recorder, the life of a Deferred: one function for each thing that can happen to it.
#include <algorithm>
#include <utility>

#include "recorder/attributes.h"
#include "recorder/deferred_fields.h"
#include "recorder/recorder.h"

namespace reactortrack::recorder {
namespace {

// Attaching shows the way out of Twisted, not the whole stack.
constexpr int kAttachDepth = 8;

}  // namespace

// ---- Life of a Deferred -------------------------------------------------------------------------

bool Recorder::wanted(PyObject* one, PyObject* other) {
  if (!on_) return false;
  if (!settings_.path.empty()) [[likely]]
    return true;
  PyObject* const both[2] = {one, other};
  for (int i = 0; i < 2; ++i) {
    const auto* found = deferreds_.find(both[i]);
    if (found == nullptr || !(*found)->tracked) continue;
    if ((*found)->follow) track(both[1 - i], true);
    return true;
  }
  return false;
}

event::DeferredId Recorder::track(PyObject* deferred, bool follow) {
  if (!on_) return event::DeferredId::kNone;
  DeferredState* state = this->state(deferred);
  state->tracked = true;
  state->follow = state->follow || follow;
  return state->id;
}

event::StackId Recorder::created(PyObject* deferred, PyObject* canceller) {
  PyObject* generator = std::exchange(coming_coroutine_, nullptr);
  if (!on_ || settings_.path.empty()) return event::StackId::kNone;  // nobody can track it yet
  begin();
  DeferredState* state = new_state(deferred);
  event::Created event;
  event.deferred = state->id;
  event.type = names_.type_of(deferred);
  event.address.value = reinterpret_cast<std::uintptr_t>(deferred);
  if (canceller != nullptr && canceller != Py_None) event.canceller = names_.callable(canceller);
  event.stack = names_.stack(settings_.stack_depth);
  state->stack = event.stack;
  state->created_ns = sink_.now_ns();
  sink_.write_at(state->created_ns, event);
  if (generator == nullptr) return event.stack;
  state->coroutine_known = true;
  state->function = names_.generator(generator);
  sink_.write_at_once(event::Coroutine{state->id, state->function});
  coroutine_runs(state->id);
  return event.stack;
}

void Recorder::coroutine_runs(event::DeferredId coroutine) {
  constexpr std::size_t kDeepest = 4096;
  // One that was cancelled ends by another Deferred, and would stay for ever.
  if (coroutines_.size() >= kDeepest) coroutines_.clear();
  coroutines_.push_back(coroutine);
}

// It has ended, or waits: so do those that it has called.
void Recorder::coroutine_rests(event::DeferredId coroutine) {
  const auto found = std::find(coroutines_.rbegin(), coroutines_.rend(), coroutine);
  if (found != coroutines_.rend()) coroutines_.erase(found.base() - 1, coroutines_.end());
}

bool Recorder::awaiting(PyObject* callback, PyObject* arguments, PyObject** generator,
                        Owned* waiter) {
  PyObject* status = nullptr;
  if (callback == twisted_.got_result ||
      callback ==
          twisted_.got_result_stand_in) {  // since 23.10: arguments (waiting, gen, status, context)
    if (arguments == nullptr || !PyTuple_Check(arguments) || PyTuple_GET_SIZE(arguments) != 4)
      return false;
    *generator = PyTuple_GET_ITEM(arguments, 1);
    status = PyTuple_GET_ITEM(arguments, 2);
  } else if (PyFunction_Check(callback) && PyFunction_GET_CODE(callback) == twisted_.got_result) {
    // Up to 23.8 a closure over the same things.
    PyObject* closure = PyFunction_GET_CLOSURE(callback);
    const Owned names(PyObject_GetAttrString(twisted_.got_result, "co_freevars"));
    if (!names) PyErr_Clear();
    for (Py_ssize_t i = 0; closure != nullptr && names && i < PyTuple_GET_SIZE(names.get()); ++i) {
      PyObject* name = PyTuple_GET_ITEM(names.get(), i);
      PyObject* content = PyCell_GET(PyTuple_GET_ITEM(closure, i));
      if (PyUnicode_CompareWithASCIIString(name, "gen") == 0) *generator = content;
      if (PyUnicode_CompareWithASCIIString(name, "status") == 0) status = content;
    }
  }
  if (*generator == nullptr || status == nullptr) return false;
  *waiter = quiet_attribute(status, attributes().deferred);
  return *waiter && is_deferred(waiter->get());
}

void Recorder::await_attached(PyObject* deferred, DeferredState* state, PyObject* generator,
                              PyObject* waiter) {
  const std::uint64_t told = sink_.event_count();
  DeferredState* waiting = this->state(waiter);
  if (!waiting->coroutine_known) {
    waiting->coroutine_known = true;
    waiting->function = names_.generator(generator);
    sink_.write(event::Coroutine{waiting->id, waiting->function});
  }
  if (state->fired && !quiet_field(deferred, DeferredField::kPaused) &&
      !quiet_field(deferred, DeferredField::kRunning)) {
    const Owned result =
        quiet_value(deferred, DeferredField::kResult);  // the coroutine goes on at once
    if (result) taken(waiter, deferred, result.get());
    return;
  }
  waiting->waiting = true;
  coroutine_rests(waiting->id);
  state->awaits.push_back({state->attached, waiting->id, waiter});
  sink_.write_after(told, event::Waiting{waiting->id, state->id, event::WaitKind::kAwaited,
                                         names_.suspended(generator)});
}

void Recorder::attached(PyObject* deferred, const void* pair, PyObject* callback, PyObject* errback,
                        PyObject* callback_arguments) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  const std::uint64_t told = sink_.event_count();
  PyObject* generator = nullptr;
  Owned waiter;
  if (awaiting(callback, callback_arguments, &generator, &waiter)) {
    await_attached(deferred, state, generator, waiter.get());
  } else if (PyMethod_Check(callback) &&
             PyMethod_GET_FUNCTION(callback) == twisted_.list_callback && !state->fired) {
    waits(PyMethod_GET_SELF(callback), deferred, event::WaitKind::kListMember);
  }
  event::Attached event;
  event.deferred = state->id;
  event.callback = side(callback);
  event.errback = errback == callback ? event.callback : side(errback);
  event.stack = names_.stack_to_user(std::min(settings_.stack_depth, kAttachDepth));
  if (pair != nullptr) state->pairs.push(pair, state->attached);
  ++state->attached;
  last_attached_ = state->id;
  sink_.write_after(told, event);
}

void Recorder::fired_unseen(PyObject* deferred) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  if (state->fired) return;
  const Owned result = quiet_value(deferred, DeferredField::kResult);
  state->fired = true;
  state->failed = result && is_failure(result.get());
  sink_.write(event::Fired{
      state->id, result_of(result ? result.get() : Py_None, event::Outcome::kFailureReturned),
      event::StackId::kNone});
}

void Recorder::fired(PyObject* deferred, PyObject* result, event::StackId stack, bool at_once) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  const std::uint64_t told = at_once ? 0 : sink_.event_count();
  state->fired = true;
  if (state->coroutine_known) coroutine_rests(state->id);
  event::Fired event;
  event.deferred = state->id;
  event.result = result_of(result, event::Outcome::kFailureReturned);
  state->failed = event::number(event.result.failure) != 0;
  if (state->failed) {
    const Owned type = quiet_attribute(result, attributes().type);
    state->cancelled_error = type.get() == reinterpret_cast<PyObject*>(twisted_.cancelled_error);
  }
  event.stack = stack;
  sink_.write_after(told, event);
}

void Recorder::fired_again(PyObject* deferred, PyObject* result, bool suppressed) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  sink_.write(event::FiredAgain{state->id, suppressed,
                                result_of(result, event::Outcome::kFailureReturned),
                                names_.stack(settings_.stack_depth)});
}

std::uint32_t Recorder::take(PyObject* deferred, const void* pair, PyObject* callback,
                             PyObject* errback) {
  if (!wanted(deferred)) return 0;
  DeferredState* state = this->state(deferred);
  const std::uint32_t position = state->pairs.take(pair);
  if (position != PairQueue::kUnknown) return position;
  sink_.write(event::Attached{state->id, side(callback), side(errback), event::StackId::kNone});
  return state->attached++;
}

void Recorder::started(PyObject* deferred, std::uint32_t position, event::Lane lane) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  for (std::size_t i = 0; i < state->awaits.size(); ++i) {
    if (state->awaits[i].position != position) continue;
    const Await await = state->awaits[i];
    state->awaits.erase(state->awaits.begin() + static_cast<std::ptrdiff_t>(i));
    const Owned result = quiet_value(deferred, DeferredField::kResult);
    if (result) write_resumed(await.waiter, await.address, deferred, result.get());
    coroutine_runs(await.waiter);
    break;
  }
  sink_.write_at_once(event::Started{state->id, position, lane});
}

void Recorder::finished(PyObject* deferred, PyObject* result, bool raised) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  const std::uint64_t told = sink_.event_count();
  const event::Result what =
      result_of(result, raised ? event::Outcome::kFailureRaised : event::Outcome::kFailureReturned);
  state->failed = event::number(what.failure) != 0;
  sink_.write_after(told, event::Finished{state->id, what});
}

void Recorder::waits(PyObject* waiter, PyObject* on, event::WaitKind how) {
  if (!is_deferred(waiter) || !is_deferred(on) || !wanted(waiter, on)) return;
  const event::DeferredId on_id = id_of(on);
  DeferredState* state = this->state(waiter);
  if (how == event::WaitKind::kReturned) state->waiting = true;
  sink_.write(event::Waiting{state->id, on_id, how,
                             names_.stack_to_user(std::min(settings_.stack_depth, kAttachDepth))});
}

void Recorder::resumed(PyObject* waiter, PyObject* by, PyObject* result) {
  if (!wanted(waiter, by)) return;
  DeferredState* state = this->state(waiter);
  write_resumed(state->id, waiter, by, result);
}

void Recorder::write_resumed(event::DeferredId waiter, const void* address, PyObject* by,
                             PyObject* result) {
  const event::DeferredId by_id = id_of(by);
  const event::Result what = result_of(result, event::Outcome::kFailureReturned);
  auto* found = deferreds_.find(address);
  if (found != nullptr && (*found)->id == waiter) {
    (*found)->waiting = false;
    (*found)->failed = (*found)->fired && event::number(what.failure) != 0;
  }
  sink_.write_at_once(event::Resumed{waiter, by_id, what});
}

void Recorder::taken(PyObject* taker, PyObject* from, PyObject* result) {
  if (!wanted(taker, from)) return;
  const event::DeferredId from_id = id_of(from);
  DeferredState* state = this->state(taker);
  const event::Result what = result_of(result, event::Outcome::kFailureReturned);
  if (state->fired) state->failed = event::number(what.failure) != 0;
  sink_.write(event::Taken{state->id, from_id, what});
}

void Recorder::paused(PyObject* deferred, int count) {
  if (!wanted(deferred)) return;
  sink_.write(event::Paused{id_of(deferred), count, names_.stack(settings_.stack_depth)});
}

void Recorder::unpaused(PyObject* deferred, int count) {
  if (!wanted(deferred)) return;
  sink_.write(event::Unpaused{id_of(deferred), count, names_.stack(settings_.stack_depth)});
}

void Recorder::cancelling(PyObject* deferred) {
  if (!wanted(deferred)) return;
  sink_.write(event::Cancelling{id_of(deferred), names_.stack(settings_.stack_depth)});
}

void Recorder::cancelled(PyObject* deferred, event::CancelEffect effect, PyObject* to) {
  if (!wanted(deferred)) return;
  const event::DeferredId to_id = to != nullptr ? id_of(to) : event::DeferredId::kNone;
  sink_.write(event::Cancelled{id_of(deferred), effect, to_id});
}

void Recorder::collected(PyObject* deferred) {
  auto* found = deferreds_.find(deferred);
  if (found == nullptr) return;
  const ExceptionAside aside;
  DeferredState* state = found->get();
  const Attributes& name = attributes();
  if (on_ && !state->fired && quiet_field(deferred, DeferredField::kCalled)) fired_unseen(deferred);
  if (on_ && !forked_ && state->generation == sink_.generation()) {
    if (state->segment != sink_.segment()) carry(deferred, state);
    const std::uint32_t left = state->pairs.size() + (state->mirror ? state->mirror->size() : 0);
    event::EndState end = event::EndState::kPending;
    if (state->fired && state->waiting) {
      end = event::EndState::kWaiting;
    } else if (state->fired && left > 0 && quiet_field(deferred, DeferredField::kPaused)) {
      end = event::EndState::kPaused;
    } else if (state->fired) {
      end = event::EndState::kSucceeded;
      if (state->failed) {
        const Owned debug_info = quiet_value(deferred, DeferredField::kDebugInfo);
        Owned reported;
        if (debug_info && debug_info.get() != Py_None)
          reported = quiet_attribute(debug_info.get(), name.fail_result);
        const bool unhandled = reported && reported.get() != Py_None;
        end = unhandled ? event::EndState::kFailedUnhandled : event::EndState::kFailedHandled;
      }
    }
    begin();
    const std::uint64_t told = ends_at_once_ == deferred ? ~std::uint64_t{0} : sink_.event_count();
    sink_.write_after(told, event::Collected{state->id, end, left});
  }
  // Looked up again: what ran above may have moved the table.
  found = deferreds_.find(deferred);
  if (found == nullptr) return;
  if (last_seen_ == deferred) last_seen_ = nullptr;
  if (spare_states_.size() < 4096) spare_states_.push_back(std::move(*found));
  deferreds_.erase(deferred);
}

}  // namespace reactortrack::recorder
