// SPDX-License-Identifier: MIT
//
// Hooks on LoopingCall. The originals do the work. An iteration is one call of the LoopingCall
// itself; when that returns with no next call scheduled, the loop waits for the Deferred to which
// it attached its errback as the last thing it did.
#include "recorder/loops.h"

#include "recorder/attributes.h"
#include "recorder/engine.h"
#include "recorder/reactor.h"
#include "recorder/recorder.h"
#include "recorder/waited_objects.h"

namespace reactortrack::recorder {
namespace {

struct LoopState {
  event::LoopId id{};
  event::DeferredId deferred{};  // what this start() returned
};

WaitedObjects<LoopState>& loops() {
  static auto* all = new WaitedObjects<LoopState>;
  return *all;
}

// The start() in progress: its loop is told of when its Deferred is there, which is before the first
// iteration.
struct Starting {
  PyObject* loop = nullptr;
  event::StackId stack{};
};
Starting g_starting;

// The Deferred that start() returned; none when the loop is over.
event::DeferredId deferred_of(PyObject* loop) {
  const Owned deferred = quiet_attribute(loop, attributes().loop_deferred);
  const bool is = deferred && the_recorder().is_deferred(deferred.get());
  return is ? the_recorder().id_of(deferred.get()) : event::DeferredId::kNone;
}

// Its state in the run that goes on now; told of when it is not known. nullptr when it is not running.
LoopState* running(PyObject* loop) {
  Recorder& recorder = the_recorder();
  const event::DeferredId deferred = deferred_of(loop);
  if (deferred == event::DeferredId::kNone) return nullptr;
  LoopState* state = loops().find(loop);
  if (state != nullptr && state->deferred == deferred) return state;
  std::uint32_t number = 0;
  state = loops().add(loop, &number);
  if (state == nullptr) return nullptr;
  state->id = static_cast<event::LoopId>(number);
  state->deferred = deferred;
  event::LoopStarted started;
  started.loop = state->id;
  started.deferred = deferred;
  const Owned function = looped_function(loop);
  if (function) started.function = recorder.names().callable(function.get());
  const Owned interval = quiet_attribute(loop, attributes().interval);
  if (interval) started.interval.ns = nanoseconds(interval.get());
  if (g_starting.loop == loop) started.stack = g_starting.stack;
  recorder.write(started);
  return state;
}

// start(self, interval, now=True)
PyObject* hook_start(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                     PyObject* names) {
  Recorder& recorder = the_recorder();
  if (PyVectorcall_NARGS(flags) < 1 || !recorder.ready())
    return call_original(self, arguments, flags, names);
  const Starting outer = g_starting;
  g_starting = {arguments[0], recorder.names().stack(recorder.settings().stack_depth)};
  PyObject* result = call_original(self, arguments, flags, names);
  const ExceptionAside aside;
  if (result != nullptr && recorder.ready()) running(arguments[0]);
  g_starting = outer;
  return result;
}

// __call__(self)
PyObject* hook_iterate(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                       PyObject* names) {
  Recorder& recorder = the_recorder();
  const LoopState* state =
      PyVectorcall_NARGS(flags) >= 1 && recorder.ready() ? running(arguments[0]) : nullptr;
  if (state == nullptr) return call_original(self, arguments, flags, names);
  const event::LoopId id = state->id;
  const event::DeferredId of_loop = state->deferred;
  recorder.write(event::IterationStarted{id});
  PyObject* result = call_original(self, arguments, flags, names);
  const ExceptionAside aside;
  if (!recorder.ready() || loops().find(arguments[0]) == nullptr) return result;
  event::IterationEnded ended{id, event::DeferredId::kNone};
  const Owned next = quiet_attribute(arguments[0], attributes().loop_call);
  const bool waits = deferred_of(arguments[0]) == of_loop && next.get() == Py_None;
  if (waits) ended.deferred = recorder.last_attached();
  recorder.write(ended);
  return result;
}

// stop(self): told of before it fires the loop's Deferred. Refused when it is not running.
PyObject* hook_stop(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                    PyObject* names) {
  Recorder& recorder = the_recorder();
  if (PyVectorcall_NARGS(flags) >= 1 && recorder.ready() &&
      quiet_truth(arguments[0], attributes().loop_running)) {
    if (const LoopState* state = running(arguments[0])) {
      const event::LoopId id = state->id;
      recorder.write(
          event::LoopStopped{id, recorder.names().stack(recorder.settings().stack_depth)});
    }
  }
  return call_original(self, arguments, flags, names);
}

// The variable `name` of a closure, borrowed, or nullptr.
PyObject* variable_of(PyObject* function, const char* name) {
  PyObject* closure = PyFunction_Check(function) ? PyFunction_GET_CLOSURE(function) : nullptr;
  if (closure == nullptr) return nullptr;
  const Owned names(PyObject_GetAttrString(PyFunction_GET_CODE(function), "co_freevars"));
  if (!names) PyErr_Clear();
  for (Py_ssize_t i = 0; names && i < PyTuple_GET_SIZE(closure); ++i)
    if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names.get(), i), name) == 0)
      return PyCell_GET(PyTuple_GET_ITEM(closure, i));
  return nullptr;
}

}  // namespace

Owned looped_function(PyObject* object) {
  Owned function = quiet_attribute(object, attributes().f);
  if (!function || !PyCallable_Check(function.get())) return {};
  PyObject* counted = variable_of(function.get(), "countCallable");
  return counted != nullptr && PyCallable_Check(counted) ? Owned::share(counted)
                                                         : std::move(function);
}

void loop_collected(PyObject* object) { loops().erase(object); }
void forget_loops() { loops().clear(); }

const std::vector<Hook> kLoopHooks = {
    {"loop.start", hook_start}, {"loop.__call__", hook_iterate}, {"loop.stop", hook_stop}};

}  // namespace reactortrack::recorder
