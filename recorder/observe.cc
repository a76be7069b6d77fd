// SPDX-License-Identifier: MIT
//
// Observers: the original method does its work, and the Recorder is told before and after. For what
// happens too rarely to be worth replacing; both engines use them.
#include "recorder/attributes.h"
#include "recorder/engine.h"
#include "recorder/recorder.h"

namespace reactortrack::recorder {
namespace {

bool called_on_deferred(PyObject* const* arguments, std::size_t flags) {
  return PyVectorcall_NARGS(flags) >= 1 && the_recorder().is_deferred(arguments[0]);
}

int count_of(PyObject* deferred) {
  const Owned value(PyObject_GetAttr(deferred, attributes().paused));
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

PyObject* hook_cancel(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                      PyObject* names) {
  Recorder& recorder = the_recorder();
  if (!called_on_deferred(arguments, flags)) return call_original(self, arguments, flags, names);
  PyObject* deferred = arguments[0];
  const Attributes& name = attributes();
  recorder.cancelling(deferred);
  const bool was_called = quiet_truth(deferred, name.called);
  Owned inner;
  if (was_called) {
    inner = quiet_attribute(deferred, name.result);
    if (inner && !recorder.is_deferred(inner.get())) inner = Owned();
  }
  PyObject* result = call_original(self, arguments, flags, names);
  const ExceptionAside aside;
  event::CancelEffect effect = event::CancelEffect::kNothing;
  if (was_called) {
    if (inner) effect = event::CancelEffect::kForwarded;
  } else if (result == nullptr) {
    effect = event::CancelEffect::kRaised;
  } else if (quiet_truth(deferred, name.called)) {
    effect = recorder.fired_with_cancelled_error(deferred) ? event::CancelEffect::kCancelledError
                                                           : event::CancelEffect::kByCanceller;
  }
  recorder.cancelled(deferred, effect, inner.get());
  return result;
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

}  // namespace

const std::vector<Hook> kObserverHooks = {{"observe.pause", hook_pause},
                                          {"observe.unpause", hook_unpause},
                                          {"observe.chainDeferred", hook_chain_deferred},
                                          {"observe.cancel", hook_cancel},
                                          {"observe.coroutine", hook_coroutine}};

}  // namespace reactortrack::recorder
