// SPDX-License-Identifier: MIT
//
// Observers: the original method does its work, and the Recorder is told before and after. For what
// happens too rarely to be worth replacing; both engines use them.
#include <cstring>

#include "recorder/attributes.h"
#include "recorder/deferred_fields.h"
#include "recorder/engine.h"
#include "recorder/reactor.h"
#include "recorder/ready_await.h"
#include "recorder/recorder.h"
#include "recorder/recursion.h"

namespace reactortrack::recorder {
namespace {

bool called_on_deferred(PyObject* const* arguments, std::size_t flags) {
  return PyVectorcall_NARGS(flags) >= 1 && the_recorder().is_deferred(arguments[0]);
}

int count_of(PyObject* deferred) {
  const Owned value = quiet_attribute(deferred, attributes().paused);
  const long count = value ? PyLong_AsLong(value.get()) : 0;
  if (PyErr_Occurred()) PyErr_Clear();
  return static_cast<int>(count);
}

// The loop pauses a Deferred whose callback returned another one. That is a wait, told elsewhere.
PyObject* hook_pause(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                     PyObject* names) {
  const bool by_loop = in_run_callbacks();
  PyObject* result = call_original(self, arguments, flags, names);
  if (!by_loop && result != nullptr && called_on_deferred(arguments, flags))
    the_recorder().paused(arguments[0], count_of(arguments[0]));
  return result;
}

PyObject* hook_unpause(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                       PyObject* names) {
  // Told first: what unpause() sets off comes after it.
  if (called_on_deferred(arguments, flags))
    the_recorder().unpaused(arguments[0], count_of(arguments[0]) - 1);
  return call_original(self, arguments, flags, names);
}

// chainDeferred(self, d): d is fired by self.
PyObject* hook_chain_deferred(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                              PyObject* names) {
  if (called_on_deferred(arguments, flags) && PyVectorcall_NARGS(flags) == 2)
    the_recorder().waits(arguments[1], arguments[0], event::WaitKind::kChainDeferred);
  return call_original(self, arguments, flags, names);
}

// True for a Deferred that has not fired, has a list of callbacks and no canceller, and whose errback
// is ours.
bool cancels_plainly(PyObject* deferred) {
  const auto fields = g_deferred_fields.view(deferred);
  return fields.peek(static_cast<int>(DeferredField::kCalled)) == Py_False &&
         fields.peek(static_cast<int>(DeferredField::kCanceller)) == Py_None &&
         fields.peek(static_cast<int>(DeferredField::kCallbacks)) != nullptr &&
         uses(deferred, DeferredMethod::kErrback) && uses(deferred, DeferredMethod::kStartRun);
}

// What cancel() does with one.
PyObject* cancel_plainly(PyObject* deferred) {
  const PythonDepth depth;
  if (!depth.entered() || set_field(deferred, DeferredField::kSuppress, Py_True) < 0)
    return nullptr;
  const Owned error(
      PyObject_CallNoArgs(reinterpret_cast<PyObject*>(the_recorder().twisted().cancelled_error)));
  const Owned failure(error ? PyObject_CallOneArg(engine().failure_class, error.get()) : nullptr);
  if (!failure || fire_with_failure(deferred, failure.get()) < 0) return nullptr;
  Py_RETURN_NONE;
}

// `passes_on`: cancelling one that has fired cancels the Deferred it waits on.
PyObject* cancel(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                 PyObject* names, bool passes_on, bool native_cancel = false) {
  Recorder& recorder = the_recorder();
  if (!called_on_deferred(arguments, flags)) return call_original(self, arguments, flags, names);
  PyObject* deferred = arguments[0];
  const Attributes& name = attributes();
  recorder.cancelling(deferred);
  const bool was_called = quiet_field(deferred, DeferredField::kCalled);
  Owned inner;
  if (was_called && passes_on) {
    inner = quiet_attribute(deferred, name.result);
    if (inner && !recorder.is_deferred(inner.get())) inner = Owned();
  }
  const bool plain = passes_on && PyVectorcall_NARGS(flags) == 1 && names == nullptr &&
                     native_cancel && cancels_plainly(deferred);
  PyObject* result =
      plain ? cancel_plainly(deferred) : call_original(self, arguments, flags, names);
  const ExceptionAside aside;
  event::CancelEffect effect = event::CancelEffect::kNothing;
  if (was_called) {
    if (inner) effect = event::CancelEffect::kForwarded;
  } else if (result == nullptr) {
    effect = event::CancelEffect::kRaised;
    if (recorder.ready()) {
      const event::FailureId failure =
          recorder.raised(aside.type(), aside.value(), aside.traceback());
      recorder.write(event::CancellerRaised{recorder.id_of(deferred), failure});
    }
  } else if (quiet_field(deferred, DeferredField::kCalled)) {
    effect = recorder.fired_with_cancelled_error(deferred) ? event::CancelEffect::kCancelledError
                                                           : event::CancelEffect::kByCanceller;
  }
  recorder.cancelled(deferred, effect, inner.get());
  return result;
}

PyObject* hook_cancel(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                      PyObject* names) {
  return cancel(self, arguments, flags, names, true);
}
// The same with the native engine, which does itself what cancel() does where that is simple.
PyObject* hook_native_cancel(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                             PyObject* names) {
  return cancel(self, arguments, flags, names, true, true);
}
// A DeferredList that has fired ignores it.
PyObject* hook_cancel_list(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                           PyObject* names) {
  return cancel(self, arguments, flags, names, false);
}

// _cancellableInlineCallbacks(gen, ...): the first Deferred it makes is the coroutine's result.
PyObject* hook_coroutine(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                         PyObject* names) {
  if (PyVectorcall_NARGS(flags) >= 1 && the_recorder().is_on())
    the_recorder().expect_coroutine(arguments[0]);
  PyObject* result = call_original(self, arguments, flags, names);
  the_recorder().expect_coroutine(nullptr);
  return result;
}

event::StackId whole_stack() {
  Recorder& recorder = the_recorder();
  return recorder.names().stack(recorder.settings().stack_depth);
}

// addTimeout(self, timeout, clock, onTimeoutCancel=None): all it calls is Twisted's, so the last
// call that was scheduled is its own, if it was the reactor that it asked.
PyObject* hook_add_timeout(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                           PyObject* names) {
  Recorder& recorder = the_recorder();
  const Py_ssize_t count = PyVectorcall_NARGS(flags);
  const bool usual = called_on_deferred(arguments, flags) && recorder.ready();
  if (!usual) return call_original(self, arguments, flags, names);
  PyObject* seconds = count >= 2 ? arguments[1] : nullptr;
  for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i)
    if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), "timeout") == 0)
      seconds = arguments[count + i];
  const event::DelayedCallId before = last_call_id();
  PyObject* result = call_original(self, arguments, flags, names);
  if (result == nullptr || seconds == nullptr || !recorder.ready()) return result;
  const event::DelayedCallId last = last_call_id();
  const event::DeferredId deferred = recorder.id_of(arguments[0]);
  recorder.write(event::Timeout{deferred, last != before ? last : event::DelayedCallId::kNone,
                                event::Duration{nanoseconds(seconds)}, whole_stack()});
  return result;
}

// The coroutine that a Task of asyncio's own runs, as a name.
event::CallableId coroutine_of(PyObject* future) {
  if (std::strcmp(Py_TYPE(future)->tp_name, "_asyncio.Task") != 0) return event::CallableId::kNone;
  const Owned coroutine(PyObject_CallMethod(future, "get_coro", nullptr));
  if (!coroutine) PyErr_Clear();
  return coroutine ? the_recorder().names().generator(coroutine.get()) : event::CallableId::kNone;
}

void tell_future(PyObject* deferred, event::FutureLink link, PyObject* future) {
  Recorder& recorder = the_recorder();
  if (!recorder.is_deferred(deferred) || !recorder.ready()) return;
  event::Future event;
  event.deferred = recorder.id_of(deferred);
  event.link = link;
  event.type = recorder.names().type_of(future);
  event.function = coroutine_of(future);
  event.stack = whole_stack();
  recorder.write(event);
}

// asFuture(self, loop)
PyObject* hook_as_future(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                         PyObject* names) {
  PyObject* result = call_original(self, arguments, flags, names);
  if (result != nullptr && PyVectorcall_NARGS(flags) >= 1)
    tell_future(arguments[0], event::FutureLink::kAsFuture, result);
  return result;
}

// fromFuture(cls, future)
PyObject* hook_from_future(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                           PyObject* names) {
  PyObject* result = call_original(self, arguments, flags, names);
  if (result != nullptr && PyVectorcall_NARGS(flags) == 2)
    tell_future(result, event::FutureLink::kFromFuture, arguments[1]);
  return result;
}

// __await__(self): a Deferred that has no result yet will be told of when its callback is attached.
void tell_of_await(PyObject* deferred) {
  Recorder& recorder = the_recorder();
  if (!recorder.ready()) return;
  const DeferredState* state = recorder.state(deferred);
  if (!state->fired) recorder.fired_unseen(deferred);
  recorder.write(event::Awaited{state->id, recorder.running_coroutine(),
                                recorder.names().stack_to_user(recorder.settings().stack_depth)});
}

bool needs_no_wait(PyObject* deferred) {
  return quiet_field(deferred, DeferredField::kCalled) &&
         !quiet_field(deferred, DeferredField::kPaused);
}

PyObject* hook_await(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                     PyObject* names) {
  if (called_on_deferred(arguments, flags) && needs_no_wait(arguments[0]))
    tell_of_await(arguments[0]);
  return call_original(self, arguments, flags, names);
}

// What the generator function __await__ gives where the result is there; nullptr without an exception
// where it has to be asked.
PyObject* ready_await_of(PyObject* deferred, PyObject* original) {
  const bool ready = is_ready(deferred);
  if (ready || needs_no_wait(deferred)) tell_of_await(deferred);
  return ready ? new_ready_await(deferred, original) : nullptr;
}

PyObject* g_await_hook = nullptr;  // borrowed: the stand-in for Deferred.__await__, once installed

// The slot of Deferred's classes, in place of one that looks __await__ up.
PyObject* native_am_await(PyObject* deferred) {
  PyObject* original = native_function_original(g_await_hook);
  PyObject* made = ready_await_of(deferred, original);
  return made != nullptr || PyErr_Occurred() ? made : PyObject_CallOneArg(original, deferred);
}

// The same where it is a generator function, since 24.10.
PyObject* hook_generator_await(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                               PyObject* names) {
  if (called_on_deferred(arguments, flags) && PyVectorcall_NARGS(flags) == 1 && names == nullptr) {
    PyObject* made = ready_await_of(arguments[0], self->original);
    if (made != nullptr || PyErr_Occurred()) return made;
  }
  return call_original(self, arguments, flags, names);
}

// warnings._warn_unawaited_coroutine(coroutine): in the finalizer of one that never ran.
PyObject* hook_never_awaited(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                             PyObject* names) {
  Recorder& recorder = the_recorder();
  if (PyVectorcall_NARGS(flags) == 1 && recorder.ready()) {
    const ExceptionAside aside;
    const event::CallableId function = recorder.names().generator(arguments[0]);
    if (event::number(function) != 0) recorder.write(event::NeverAwaited{function, whole_stack()});
  }
  return call_original(self, arguments, flags, names);
}

}  // namespace

void install_native_await(PyTypeObject* deferred) {
  static PyObject* const name = PyUnicode_InternFromString("__await__");
  PyObject* hook = _PyType_Lookup(deferred, name);
  if (hook == nullptr || !is_native_function(hook, hook_generator_await)) return;
  g_await_hook = hook;
  const unaryfunc generic = deferred->tp_as_async->am_await;
  for_each_class(deferred, [generic](PyTypeObject* type) {
    if (type->tp_as_async != nullptr && type->tp_as_async->am_await == generic &&
        _PyType_Lookup(type, name) == g_await_hook)
      type->tp_as_async->am_await = native_am_await;
  });
}

const std::vector<Hook> kObserverHooks = {{"observe.pause", hook_pause},
                                          {"observe.unpause", hook_unpause},
                                          {"observe.chainDeferred", hook_chain_deferred},
                                          {"observe.cancel", hook_cancel},
                                          {"native.cancel", hook_native_cancel},
                                          {"observe.cancel_list", hook_cancel_list},
                                          {"observe.addTimeout", hook_add_timeout},
                                          {"observe.asFuture", hook_as_future},
                                          {"observe.fromFuture", hook_from_future},
                                          {"observe.__await__", hook_await},
                                          {"native.__await__", hook_generator_await},
                                          {"observe.never_awaited", hook_never_awaited},
                                          {"observe.coroutine", hook_coroutine}};

}  // namespace reactortrack::recorder
