// SPDX-License-Identifier: MIT
//
// Hooks on ThreadPool, and on callFromThread of the reactors: what other threads are asked to do, and
// what they ask the reactor to do.
//
// Nobody tells when such work begins and ends. So the function that is handed over is replaced by a
// stand-in for this one call (native_function.h), which leaves no frame in tracebacks and compares
// like the function itself. It lives as long as the function would.
#include <vector>

#include "recorder/attributes.h"
#include "recorder/engine.h"
#include "recorder/reactor.h"
#include "recorder/recorder.h"
#include "recorder/resources.h"

namespace reactortrack::recorder {
namespace {

using event::ResourceKind;

std::uint32_t g_last_work = 0;
std::uint32_t g_last_work_generation = 0;

event::WorkId next_work_id() {
  const std::uint32_t generation = the_recorder().sink().generation();
  if (std::exchange(g_last_work_generation, generation) != generation) g_last_work = 0;
  return static_cast<event::WorkId>(++g_last_work);
}

event::StackId whole_stack() {
  Recorder& recorder = the_recorder();
  return recorder.names().stack(recorder.settings().stack_depth);
}

bool is_of_this_recording(const Note& note) {
  return the_recorder().ready() && note.generation == the_recorder().sink().generation();
}

// The same call with another object at `place`.
PyObject* call_with(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                    PyObject* names, Py_ssize_t place, PyObject* instead) {
  const Py_ssize_t count = PyVectorcall_NARGS(flags);
  const Py_ssize_t named = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
  std::vector<PyObject*> given(arguments, arguments + count + named);
  given[static_cast<std::size_t>(place)] = instead;
  return PyObject_Vectorcall(self->original, given.data(), static_cast<std::size_t>(count), names);
}

// What came of the work: a value, or the exception in flight, which stays there.
event::Result result_of_work(PyObject* result) {
  if (result != nullptr) return the_recorder().result_of(result, event::Outcome::kFailureReturned);
  const ExceptionAside aside;
  event::Result raised;
  raised.outcome = event::Outcome::kFailureRaised;
  raised.failure = the_recorder().raised(aside.type(), aside.value(), aside.traceback());
  return raised;
}

// In a thread of the pool.
PyObject* run_work(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                   PyObject* names) {
  const auto work = static_cast<event::WorkId>(self->note.number);
  if (is_of_this_recording(self->note)) the_recorder().write(event::WorkStarted{work});
  PyObject* result = call_original(self, arguments, flags, names);
  if (is_of_this_recording(self->note))
    the_recorder().write(event::WorkEnded{work, result_of_work(result)});
  return result;
}

// The Deferred that a closure will fire: deferToThread() passes such a function.
PyObject* deferred_in_closure(PyObject* function) {
  PyObject* closure = PyFunction_Check(function) ? PyFunction_GET_CLOSURE(function) : nullptr;
  for (Py_ssize_t i = 0; closure != nullptr && i < PyTuple_GET_SIZE(closure); ++i) {
    PyObject* content = PyCell_GET(PyTuple_GET_ITEM(closure, i));
    if (content != nullptr && the_recorder().is_deferred(content)) return content;
  }
  return nullptr;
}

// callInThreadWithCallback(self, onResult, func, *args, **kw); a pool that was stopped ignores it.
PyObject* hook_call_in_thread(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                              PyObject* names) {
  Recorder& recorder = the_recorder();
  const bool usual = PyVectorcall_NARGS(flags) >= 3 && recorder.ready() &&
                     PyCallable_Check(arguments[2]) &&
                     !quiet_truth(arguments[0], attributes().joined);
  const event::ResourceId pool =
      usual ? resource_id(arguments[0], ResourceKind::kThreadPool) : event::ResourceId::kNone;
  if (pool == event::ResourceId::kNone) return call_original(self, arguments, flags, names);
  event::WorkQueued queued;
  queued.work = next_work_id();
  queued.resource = pool;
  if (PyObject* deferred = deferred_in_closure(arguments[1]))
    queued.deferred = recorder.id_of(deferred);
  queued.function = recorder.names().callable(arguments[2]);
  queued.stack = whole_stack();
  recorder.write(queued);
  const Owned instead(new_native_function(
      arguments[2], run_work, {event::number(queued.work), recorder.sink().generation(), 0}));
  if (!instead) return nullptr;
  return call_with(self, arguments, flags, names, 2, instead.get());
}

std::uint32_t max_threads(PyObject* pool) {
  const Owned value = quiet_attribute(pool, attributes().max);
  const long max = value && PyLong_Check(value.get()) ? PyLong_AsLong(value.get()) : 0;
  if (PyErr_Occurred()) PyErr_Clear();
  return max > 0 ? static_cast<std::uint32_t>(max) : 0;
}

// __init__(self, ...)
PyObject* hook_init_pool(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                         PyObject* names) {
  PyObject* result = call_original(self, arguments, flags, names);
  if (result != nullptr && PyVectorcall_NARGS(flags) >= 1 && the_recorder().ready())
    resource_id(arguments[0], ResourceKind::kThreadPool, whole_stack());
  return result;
}

// start(self), adjustPoolsize(self, ...)
PyObject* hook_resize_pool(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                           PyObject* names) {
  PyObject* result = call_original(self, arguments, flags, names);
  if (result != nullptr && PyVectorcall_NARGS(flags) >= 1 && the_recorder().ready() &&
      !quiet_truth(arguments[0], attributes().joined))
    resize_resource(arguments[0], ResourceKind::kThreadPool, max_threads(arguments[0]));
  return result;
}

// stop(self) waits for the threads: told of before it does.
PyObject* hook_stop_pool(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                         PyObject* names) {
  if (PyVectorcall_NARGS(flags) >= 1 && the_recorder().ready())
    resize_resource(arguments[0], ResourceKind::kThreadPool, 0);
  return call_original(self, arguments, flags, names);
}

// In the reactor's thread.
PyObject* run_thread_call(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                          PyObject* names) {
  const auto call = static_cast<event::DelayedCallId>(self->note.number);
  if (is_of_this_recording(self->note)) {
    const std::int64_t late = the_recorder().sink().now_ns() - self->note.time_ns;
    the_recorder().write(event::CallStarted{call, event::Duration{late}});
  }
  PyObject* result = call_original(self, arguments, flags, names);
  const ExceptionAside aside;
  if (is_of_this_recording(self->note)) the_recorder().write(event::CallEnded{call});
  return result;
}

// callFromThread(self, f, *args, **kwargs)
PyObject* hook_call_from_thread(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                                PyObject* names) {
  Recorder& recorder = the_recorder();
  if (PyVectorcall_NARGS(flags) < 2 || !recorder.ready() || !PyCallable_Check(arguments[1]))
    return call_original(self, arguments, flags, names);
  event::CallFromThread event;
  event.call = next_call_id();
  event.function = recorder.names().callable(arguments[1]);
  event.stack = whole_stack();
  recorder.write(event);
  const Owned instead(new_native_function(
      arguments[1], run_thread_call,
      {event::number(event.call), recorder.sink().generation(), recorder.sink().now_ns()}));
  if (!instead) return nullptr;
  return call_with(self, arguments, flags, names, 1, instead.get());
}

}  // namespace

const std::vector<Hook> kThreadHooks = {{"pool.__init__", hook_init_pool},
                                        {"pool.start", hook_resize_pool},
                                        {"pool.adjustPoolsize", hook_resize_pool},
                                        {"pool.stop", hook_stop_pool},
                                        {"pool.callInThreadWithCallback", hook_call_in_thread},
                                        {"reactor.callFromThread", hook_call_from_thread}};

}  // namespace reactortrack::recorder
