// SPDX-License-Identifier: MIT
//
// Hooks on ReactorBase, DelayedCall and the reactors' loops. All of them let the original do the
// work; the beginning of a delayed call is seen by called_flag.h, and its end by the next one or by
// the end of the turn.
#include "recorder/reactor.h"

#include <utility>
#include <vector>

#include "recorder/called_flag.h"
#include "recorder/deaths.h"
#include "recorder/delayed_calls.h"
#include "recorder/engine.h"
#include "recorder/idle_turn.h"
#include "recorder/recorder.h"

namespace reactortrack::recorder {
namespace {

struct CallState {
  event::DelayedCallId id{};
  std::uint32_t generation = 0;
  std::int64_t due_ns = 0;
  // For later segments of a ring.
  std::uint32_t segment = 0;  // the last one that it was told of in
  bool is_over = false;       // called or cancelled
  std::int64_t scheduled_ns = 0;
  event::CallableId function{};
  event::StackId stack{};
};

// One runUntilCurrent in progress; they nest when a call runs the reactor itself.
struct Turn {
  std::uint32_t calls = 0;
  event::DelayedCallId running = event::DelayedCallId::kNone;
};

PointerMap<CallState>& calls() {
  static auto* map = new PointerMap<CallState>;
  return *map;
}

std::vector<Turn>& turns() {
  static auto* stack = new std::vector<Turn>;
  return *stack;
}

std::uint32_t g_last_call = 0;
std::uint32_t g_last_call_generation = 0;  // of the recording that g_last_call counts in
bool g_polling = false;

void carry_call(CallState* state) {
  Recorder& recorder = the_recorder();
  state->segment = recorder.sink().segment();
  if (state->is_over) return;
  const std::int64_t now = recorder.sink().now_ns();
  const event::CarriedCall carried{
      state->id, state->function, {now - state->scheduled_ns}, {state->due_ns - now}, state->stack};
  recorder.sink().write_at(now, carried);
}

CallState* known_call(PyObject* call) {
  if (!the_recorder().ready()) return nullptr;
  const Sink& sink = the_recorder().sink();
  CallState* state = calls().find(call);
  if (state == nullptr || state->generation != sink.generation()) return nullptr;
  if (state->segment != sink.segment()) carry_call(state);
  return state;
}

std::size_t g_carry_from = 0;
std::size_t g_carry_slots = 0;

// At `now_ns` ends the delayed call that is running, if any.
void end_running_call(std::int64_t now_ns) {
  if (turns().empty() || event::number(turns().back().running) == 0) return;
  the_recorder().sink().write_at(now_ns, event::CallEnded{turns().back().running});
  turns().back().running = event::DelayedCallId::kNone;
}

// `kKnown`: the function is that of a known release, and what it does when idle is done natively.
template <bool kKnown>
PyObject* hook_run_until_current(NativeFunction* self, PyObject* const* arguments,
                                 std::size_t flags, PyObject* names) {
  Recorder& recorder = the_recorder();
  const bool ready = recorder.ready();
  if (ready) recorder.write(event::TurnStarted{});
  if (kKnown && PyVectorcall_NARGS(flags) == 1 && names == nullptr) {
    const IdleTurn idle = native_idle_turn(arguments[0]);
    if (idle != IdleTurn::kNotKnown) {
      if (ready && idle == IdleTurn::kDone) recorder.sink().write_at_once(event::TurnEnded{0});
      if (ready && idle == IdleTurn::kCallsPut) recorder.write(event::TurnEnded{0});
      Py_RETURN_NONE;
    }
  }
  if (!ready) return call_original(self, arguments, flags, names);
  turns().push_back({});
  PyObject* result = call_original(self, arguments, flags, names);
  const ExceptionAside aside;
  if (recorder.ready()) {
    const std::int64_t now = recorder.sink().now_ns();
    end_running_call(now);
    recorder.sink().write_at(now, event::TurnEnded{turns().back().calls});
  }
  turns().pop_back();
  return result;
}

// What the native function gives, or else the Python function.
PyObject* done_or_original(PyObject* done, NativeFunction* self, PyObject* const* arguments,
                           std::size_t flags, PyObject* names) {
  return done != nullptr || PyErr_Occurred() ? done : call_original(self, arguments, flags, names);
}

// `kKnown`: the function is that of a known release, and the native one does the same.
template <bool kKnown>
PyObject* hook_call_later(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                          PyObject* names) {
  PyObject* made = kKnown ? native_call_later(arguments, flags, names) : nullptr;
  Owned call(done_or_original(made, self, arguments, flags, names));
  Recorder& recorder = the_recorder();
  if (!call || !recorder.ready() || PyVectorcall_NARGS(flags) < 3) return call.release();
  event::CallScheduled event;
  event.delay.ns = nanoseconds(arguments[1]);
  event.call = next_call_id();
  event.function = recorder.names().callable(arguments[2]);
  event.stack = recorder.names().stack_to_user(recorder.settings().stack_depth);
  Sink& sink = recorder.sink();
  const std::int64_t now = sink.now_ns();
  sink.write_at(now, event);
  watch_death(call.get(), Watched::kDelayedCall);
  calls().insert(call.get(), CallState{event.call, sink.generation(), now + event.delay.ns,
                                       sink.segment(), false, now, event.function, event.stack});
  return call.release();
}

template <bool kKnown>
PyObject* hook_call_cancel(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                           PyObject* names) {
  const bool is_plain = PyVectorcall_NARGS(flags) == 1 && names == nullptr;
  PyObject* done = kKnown && is_plain ? native_call_cancel(arguments[0]) : nullptr;
  PyObject* result = done_or_original(done, self, arguments, flags, names);
  if (result == nullptr || PyVectorcall_NARGS(flags) < 1) return result;
  if (CallState* state = known_call(arguments[0])) {
    Recorder& recorder = the_recorder();
    const event::DelayedCallId id = state->id;
    state->is_over = true;
    recorder.write(
        event::CallCancelled{id, recorder.names().stack_to_user(recorder.settings().stack_depth)});
  }
  return result;
}

// reset(), or delay(), which counts from when the call was due.
template <bool kReset, bool kKnown>
PyObject* hook_call_moved(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                          PyObject* names) {
  const bool is_plain = PyVectorcall_NARGS(flags) == 2 && names == nullptr;
  PyObject* done =
      kReset && kKnown && is_plain ? native_call_reset(arguments[0], arguments[1]) : nullptr;
  PyObject* result = done_or_original(done, self, arguments, flags, names);
  if (result == nullptr || PyVectorcall_NARGS(flags) < 2) return result;
  if (CallState* state = known_call(arguments[0])) {
    Sink& sink = the_recorder().sink();
    const std::int64_t now = sink.now_ns();
    state->due_ns = (kReset ? now : state->due_ns) + nanoseconds(arguments[1]);
    sink.write_at(now, event::CallReset{state->id, event::Duration{state->due_ns - now}});
  }
  return result;
}

void poll_over(std::int64_t now_ns) {
  if (!std::exchange(g_polling, false)) return;
  the_recorder().sink().write_at(now_ns, event::PollEnded{});
}

// doIteration(self, delay)
PyObject* hook_do_iteration(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                            PyObject* names) {
  Recorder& recorder = the_recorder();
  if (!recorder.ready() || PyVectorcall_NARGS(flags) < 2)
    return call_original(self, arguments, flags, names);
  recorder.sink().tend();  // before the wait: if ever there is time, it is now
  const bool unlimited = arguments[1] == Py_None;
  recorder.write(event::PollStarted{event::Duration{unlimited ? -1 : nanoseconds(arguments[1])}});
  g_polling = true;
  PyObject* result = call_original(self, arguments, flags, names);
  const ExceptionAside aside;
  if (recorder.ready() && g_polling) poll_over(recorder.sink().now_ns());
  g_polling = false;
  return result;
}

// _doReadOrWrite(self, selectable, ...)
PyObject* hook_read_or_write(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                             PyObject* names) {
  Recorder& recorder = the_recorder();
  if (!recorder.ready() || PyVectorcall_NARGS(flags) < 2)
    return call_original(self, arguments, flags, names);
  const std::int64_t now = recorder.sink().now_ns();
  poll_over(now);
  recorder.sink().write_at(now, event::IoStarted{recorder.names().type_of(arguments[1])});
  PyObject* result = call_original(self, arguments, flags, names);
  const ExceptionAside aside;
  if (recorder.ready()) recorder.write(event::IoEnded{});
  return result;
}

// startListening(self): from here on something may come from outside, if only a first connection.
PyObject* hook_listen(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                      PyObject* names) {
  Recorder& recorder = the_recorder();
  if (recorder.ready() && PyVectorcall_NARGS(flags) > 0) {
    recorder.write(event::IoStarted{recorder.names().type_of(arguments[0])});
    recorder.sink().write_at_once(event::IoEnded{});
  }
  return call_original(self, arguments, flags, names);
}

}  // namespace

void delayed_call_begins(PyObject* call) {
  if (turns().empty()) return;
  CallState* state = known_call(call);
  if (state == nullptr) return;
  state->is_over = true;
  Sink& sink = the_recorder().sink();
  const std::int64_t now = sink.now_ns();
  end_running_call(now);
  turns().back().running = state->id;
  ++turns().back().calls;
  sink.write_at(now, event::CallStarted{state->id, event::Duration{now - state->due_ns}});
}

event::DelayedCallId last_call_id() { return static_cast<event::DelayedCallId>(g_last_call); }

event::DelayedCallId next_call_id() {
  const std::uint32_t generation = the_recorder().sink().generation();
  if (std::exchange(g_last_call_generation, generation) != generation) g_last_call = 0;
  return static_cast<event::DelayedCallId>(++g_last_call);
}

std::int64_t nanoseconds(PyObject* seconds) {
  const double value = PyFloat_AsDouble(seconds);
  if (PyErr_Occurred()) {
    PyErr_Clear();
    return 0;
  }
  if (!(value > -9e9 && value < 9e9)) return 0;  // three centuries
  return static_cast<std::int64_t>(value * 1e9);
}

void delayed_call_collected(PyObject* call) { calls().erase(call); }
void forget_delayed_calls() {
  calls().clear();
  g_polling = false;
  for (Turn& turn : turns()) turn.running = event::DelayedCallId::kNone;
}

std::size_t delayed_call_slots() { return calls().slots(); }

void begin_carrying_calls() { g_carry_slots = g_carry_from = calls().slots(); }

bool carry_some_calls() {
  constexpr std::size_t kSlotsAtATime = 32;
  if (g_carry_slots != calls().slots()) begin_carrying_calls();
  const Sink& sink = the_recorder().sink();
  calls().visit_below(&g_carry_from, kSlotsAtATime, [&](void* call) {
    CallState* state = calls().find(call);
    if (state == nullptr || state->generation != sink.generation()) return;
    if (state->segment != sink.segment()) carry_call(state);
  });
  return g_carry_from > 0;
}

void forget_definitions_of_calls() {
  calls().for_each([](CallState& state) {
    state.function = event::CallableId::kNone;
    state.stack = event::StackId::kNone;
  });
}

const std::vector<Hook> kReactorHooks = {{"reactor.runUntilCurrent", hook_run_until_current<false>},
                                         {"native.runUntilCurrent", hook_run_until_current<true>},
                                         {"reactor.callLater", hook_call_later<false>},
                                         {"reactor.cancel", hook_call_cancel<false>},
                                         {"native.callLater", hook_call_later<true>},
                                         {"native.call.cancel", hook_call_cancel<true>},
                                         {"native.call.reset", hook_call_moved<true, true>},
                                         {"reactor.reset", hook_call_moved<true, false>},
                                         {"reactor.delay", hook_call_moved<false, false>},
                                         {"reactor.doIteration", hook_do_iteration},
                                         {"reactor.readOrWrite", hook_read_or_write},
                                         {"reactor.listen", hook_listen}};

}  // namespace reactortrack::recorder
