// SPDX-License-Identifier: MIT
//
// Recorder, from one segment of a ring to the next: what lives is told again, so that a segment can
// be read alone.
//
// What an event mentions is told right before it. All else is told a few at a time, spread over the
// first quarter of the segment, until everything that lives was told or as much room is used: no turn
// of the reactor waits for long, and a program with a million Deferreds keeps room for its events.
// Cost: about 0.4 us for each Deferred that lives, once a segment.
#include <algorithm>

#include "recorder/attributes.h"
#include "recorder/monitor.h"
#include "recorder/reactor.h"
#include "recorder/recorder.h"

namespace reactortrack::recorder {
namespace {

constexpr std::size_t kSlotsAtATime = 32;
constexpr std::size_t kBytesOfAnEvent = 8;  // about
constexpr std::size_t kPart = 4;            // of the segment, in which everything is to be told

// One side of a pair in a Deferred's list: (callable, arguments, keywords).
struct Side {
  PyObject* callable = nullptr;
  PyObject* arguments = nullptr;
};

bool read_side(PyObject* object, Side* side) {
  if (!PyTuple_Check(object) || PyTuple_GET_SIZE(object) == 0) return false;
  side->callable = PyTuple_GET_ITEM(object, 0);
  side->arguments = PyTuple_GET_SIZE(object) > 1 ? PyTuple_GET_ITEM(object, 1) : nullptr;
  return true;
}

bool read_pair(PyObject* pair, Side* callback, Side* errback) {
  return PyTuple_Check(pair) && PyTuple_GET_SIZE(pair) == 2 &&
         read_side(PyTuple_GET_ITEM(pair, 0), callback) &&
         read_side(PyTuple_GET_ITEM(pair, 1), errback);
}

// The object of a bound method of Python or of ours; nullptr for anything else.
PyObject* bound_to(PyObject* callable) {
  return PyMethod_Check(callable) ? PyMethod_GET_SELF(callable) : nullptr;
}

}  // namespace

void Recorder::segment_ends() { read_all_monitors(); }

void Recorder::describe(event::Segment* segment) {
  segment->deferreds = last_deferred_;
  segment->failures = last_failure_;
  segment->calls = event::number(last_call_id());
}

void Recorder::segment_begins() {
  if (sink_.definitions() != carried_definitions_) {
    carried_definitions_ = sink_.definitions();
    forget_definitions();
    write_settings();
  }
  const auto thread = static_cast<std::size_t>(
      std::find(threads_.begin(), threads_.end(), current_thread()) - threads_.begin());
  if (thread < threads_.size())
    sink_.write(event::Thread{static_cast<event::ThreadId>(thread + 1), thread_names_[thread]});
  begin_carrying();
}

// What is remembered by the number of a definition that is void now.
void Recorder::forget_definitions() {
  deferreds_.for_each([](auto& state) {
    state->stack = event::StackId::kNone;
    state->function = event::CallableId::kNone;
  });
  std::fill(thread_names_.begin(), thread_names_.end(), event::StringId::kNone);
  forget_definitions_of_calls();
}

void Recorder::begin_carrying() {
  carry_stage_ = CarryStage::kDeferreds;
  carry_slots_ = carry_from_ = deferreds_.slots();
  carried_bytes_ = 0;
  carry_in_ = 0;
  real_thread_ = current_thread();
  current_thread_ = 0;  // so that begin() looks in with every event
}

std::size_t Recorder::events_between_carries() const {
  const std::size_t events = sink_.segment_bytes() / kPart / kBytesOfAnEvent;
  return events / ((deferreds_.slots() + delayed_call_slots()) / kSlotsAtATime + 1);
}

void Recorder::carry_some() {
  if (carry_in_ > 0) return void(--carry_in_);
  carry_in_ = events_between_carries();
  const ExceptionAside aside;
  const std::uint32_t segment = sink_.segment();
  const std::uint64_t before = sink_.size_bytes();
  if (carry_stage_ == CarryStage::kDeferreds) {
    if (carry_slots_ != deferreds_.slots()) carry_slots_ = carry_from_ = deferreds_.slots();
    deferreds_.visit_below(&carry_from_, kSlotsAtATime, [&](void* deferred) {
      auto* found = deferreds_.find(deferred);
      if (found == nullptr || (*found)->generation != sink_.generation()) return;
      if ((*found)->segment == sink_.segment()) return;
      carry(static_cast<PyObject*>(deferred), found->get());
    });
    if (carry_from_ == 0) {
      carry_stage_ = CarryStage::kCalls;
      begin_carrying_calls();
    }
  } else if (!carry_some_calls()) {
    carry_stage_ = CarryStage::kDone;
  }
  if (sink_.segment() != segment) return;  // another one has begun, and with it this
  carried_bytes_ += sink_.size_bytes() - before;
  if (carried_bytes_ > sink_.segment_bytes() / kPart) carry_stage_ = CarryStage::kDone;
  if (carry_stage_ == CarryStage::kDone) current_thread_ = real_thread_;
}

void Recorder::carry(PyObject* deferred, DeferredState* state) {
  const Attributes& name = attributes();
  state->segment = sink_.segment();
  event::Carried event;
  event.deferred = state->id;
  event.type = names_.type_of(deferred);
  event.address.value = reinterpret_cast<std::uintptr_t>(deferred);
  const Owned canceller = quiet_attribute(deferred, name.canceller);
  if (canceller && canceller.get() != Py_None) event.canceller = names_.callable(canceller.get());
  event.function = state->function;
  event.age.ns = sink_.now_ns() - state->created_ns;
  event.attached = state->attached;
  event.stack = state->stack;
  if (quiet_truth(deferred, name.called)) carry_result(deferred, &event);
  sink_.write(event);
  carry_pairs(deferred, state);
}

void Recorder::carry_result(PyObject* deferred, event::Carried* event) {
  const Attributes& name = attributes();
  const Owned result = quiet_attribute(deferred, name.result);
  const bool paused = quiet_truth(deferred, name.paused);
  event->state = paused ? event::EndState::kPaused : event::EndState::kSucceeded;
  if (!result) return;
  if (is_deferred(result.get())) {  // not told of from here: chains can be long
    event->result.outcome = event::Outcome::kDeferred;
    event->result.deferred = known_id(result.get());
    if (event::number(event->result.deferred) == 0) event->result = event::Result{};
    if (paused) event->state = event::EndState::kWaiting;
    return;
  }
  event->result = result_of(result.get(), event::Outcome::kFailureReturned);
  if (!paused && event::number(event->result.failure) != 0)
    event->state = event::EndState::kFailedUnhandled;
}

void Recorder::carry_pairs(PyObject* deferred, DeferredState* state) {
  const Owned callbacks = quiet_attribute(deferred, twisted_.callbacks_name);
  if (!callbacks || !PyList_Check(callbacks.get())) return;
  const event::DeferredId id = state->id;
  std::uint32_t mirrored = 0;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(callbacks.get()); ++i) {
    PyObject* pair = PyList_GET_ITEM(callbacks.get(), i);
    Side callback, errback;
    if (!read_pair(pair, &callback, &errback)) continue;
    carry_wait(id, callback.callable, callback.arguments, errback.callable);
    if (callback.callable == twisted_.continue_mark) continue;
    std::uint32_t position = state->pairs.position_of(pair);
    if (state->mirror && mirrored < state->mirror->entries.size())
      position = state->mirror->entries[mirrored++].position;
    if (position == PairQueue::kUnknown) continue;
    sink_.write(event::CarriedPair{id, position, side(callback.callable), side(errback.callable)});
  }
}

// Who waits for Deferred `on`, when this pair of it is how.
void Recorder::carry_wait(event::DeferredId on, PyObject* callback, PyObject* arguments,
                          PyObject* errback) {
  event::CarriedWait event{{}, on, event::WaitKind::kReturned, {}};
  PyObject* generator = nullptr;
  Owned waiter;
  PyObject* const self = bound_to(callback);
  if (callback == twisted_.continue_mark) {
    if (arguments != nullptr && PyTuple_Check(arguments) && PyTuple_GET_SIZE(arguments) == 1)
      waiter = Owned::share(PyTuple_GET_ITEM(arguments, 0));
  } else if (awaiting(callback, arguments, &generator, &waiter)) {
    event.how = event::WaitKind::kAwaited;
    event.stack = names_.suspended(generator);
  } else if (self != nullptr && PyMethod_GET_FUNCTION(callback) == twisted_.list_callback) {
    event.how = event::WaitKind::kListMember;
    waiter = Owned::share(self);
  } else if (self != nullptr && self == bound_to(errback) && errback != callback) {
    event.how = event::WaitKind::kChainDeferred;  // d.callback, d.errback
    waiter = Owned::share(self);
  }
  if (!waiter || !is_deferred(waiter.get())) return;
  event.deferred = known_id(waiter.get());
  if (event::number(event.deferred) != 0) sink_.write(event);
}

}  // namespace reactortrack::recorder
