// SPDX-License-Identifier: MIT
//
// The native engine: callback, errback, _startRunCallbacks and _runCallbacks.
// Each does what the Python function of the same name does, in its order, and falls back to that
// function for calls it does not know how to make.
#include "recorder/attributes.h"
#include "recorder/context_watch.h"
#include "recorder/deferred_fields.h"
#include "recorder/engine.h"
#include "recorder/recorder.h"
#include "recorder/recursion.h"

namespace reactortrack::recorder {
namespace {

using Field = DeferredField;

// self._debugInfo, made if there is none. nullptr with an exception.
PyObject* debug_info_of(PyObject* self) {
  Owned info(get_field(self, Field::kDebugInfo));
  if (!info || info.get() != Py_None) return info.release();
  info = Owned(PyObject_CallNoArgs(engine().debug_info_class));
  if (!info || set_field(self, Field::kDebugInfo, info.get()) < 0) return nullptr;
  return info.release();
}

// The part of _startRunCallbacks after the check of `called`. 0, or -1 with an exception.
int start(PyObject* self, PyObject* result, Via via) {
  const PythonDepth depth;
  if (!depth.entered()) return -1;
  const int debug = field_is_true(self, Field::kDebug);
  if (debug < 0) return -1;
  if (debug > 0) {
    const Owned info(debug_info_of(self));
    if (keep_debug_stack(info.get(), "invoker", via == Via::kStart) < 0) return -1;
  }
  if (set_field(self, Field::kCalled, Py_True) < 0) return -1;
  if (engine().traits.clears_canceller && set_field(self, Field::kCanceller, Py_None) < 0)
    return -1;
  if (set_field(self, Field::kResult, result) < 0) return -1;
  the_recorder().fired(self, result);
  const ContextWatch context;
  const int ran = dispatch_run_callbacks(self, via);
  context.tell(self);
  return ran;
}

// True for a call with the arguments that the native code knows.
bool is_start(PyObject* const* arguments, std::size_t flags, PyObject* names) {
  return PyVectorcall_NARGS(flags) == 2 && (names == nullptr || PyTuple_GET_SIZE(names) == 0) &&
         the_recorder().is_deferred(arguments[0]);
}

// A second fire, and one without a list, is the original function's business: what it raises has its
// frames.
bool can_start(PyObject* self) {
  const auto fields = g_deferred_fields.view(self);
  if (fields.peek(static_cast<int>(Field::kCalled)) == Py_False &&
      fields.peek(static_cast<int>(Field::kCallbacks)) != nullptr) [[likely]]
    return true;
  const int called = field_is_true(self, Field::kCalled);
  if (called < 0) PyErr_Clear();
  return called == 0 && !misses_callbacks(self);
}

bool starts_natively(PyObject* self) { return uses(self, DeferredMethod::kStartRun); }

PyObject* hook_start(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                     PyObject* names) {
  if (is_start(arguments, flags, names) && can_start(arguments[0])) {
    if (start(arguments[0], arguments[1], Via::kStart) < 0) return nullptr;
    Py_RETURN_NONE;
  }
  if (PyVectorcall_NARGS(flags) != 2 || !the_recorder().is_deferred(arguments[0]))
    return call_original(self, arguments, flags, names);
  if (misses_callbacks(arguments[0]) && !quiet_field(arguments[0], Field::kCalled)) {
    the_recorder().fired(arguments[0], arguments[1]);
  } else {
    const Owned suppressed(PyObject_GetAttr(arguments[0], attributes().suppress));
    if (!suppressed) PyErr_Clear();
    the_recorder().fired_again(arguments[0], arguments[1], suppressed.get() == Py_True);
  }
  return call_original(self, arguments, flags, names);
}

PyObject* hook_callback(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                        PyObject* names) {
  if (!is_start(arguments, flags, names) || !starts_natively(arguments[0]) ||
      !can_start(arguments[0]) ||
      (engine().traits.asserts_not_deferred && the_recorder().is_deferred(arguments[1])))
    return call_original(self, arguments, flags, names);
  const PythonDepth depth;
  if (!depth.entered() || start(arguments[0], arguments[1], Via::kCallback) < 0) return nullptr;
  Py_RETURN_NONE;
}

PyObject* hook_errback(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                       PyObject* names) {
  // Anything but a Failure is made into one by the original, which then calls _startRunCallbacks.
  if (!is_start(arguments, flags, names) || !starts_natively(arguments[0]) ||
      !can_start(arguments[0]) || !the_recorder().is_failure(arguments[1]))
    return call_original(self, arguments, flags, names);
  const PythonDepth depth;
  if (!depth.entered() || start(arguments[0], arguments[1], Via::kErrback) < 0) return nullptr;
  Py_RETURN_NONE;
}

PyObject* hook_run_callbacks(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                             PyObject* names) {
  if (PyVectorcall_NARGS(flags) != 1 || names != nullptr ||
      !the_recorder().is_deferred(arguments[0]) || misses_callbacks(arguments[0]))
    return call_original(self, arguments, flags, names);
  if (run_callbacks(arguments[0], Via::kNone) < 0) return nullptr;
  Py_RETURN_NONE;
}

// True when `deferred` can be fired here and its `method` is ours.
bool fires_natively(PyObject* deferred, DeferredMethod method) {
  if (!the_recorder().is_deferred(deferred) || !uses(deferred, method) ||
      !starts_natively(deferred))
    return false;
  return can_start(deferred);
}

}  // namespace

int fire(PyObject* deferred, PyObject* value) {
  const EngineObjects& with = engine();
  const Attributes& name = attributes();
  if (fires_natively(deferred, DeferredMethod::kCallback) &&
      !(with.traits.asserts_not_deferred && the_recorder().is_deferred(value))) {
    const PythonDepth depth;
    return depth.entered() ? start(deferred, value, Via::kCallback) : -1;
  }
  return Owned(PyObject_CallMethodObjArgs(deferred, name.callback, value, nullptr)) ? 0 : -1;
}

int fire_with_failure(PyObject* deferred, PyObject* failure) {
  const PythonDepth depth;
  return depth.entered() ? start(deferred, failure, Via::kErrback) : -1;
}

int fire_with_handled_exception(PyObject* deferred) {
  const Attributes& name = attributes();
  if (!fires_natively(deferred, DeferredMethod::kErrback))
    return Owned(PyObject_CallMethodObjArgs(deferred, name.errback, nullptr)) ? 0 : -1;
  const PythonDepth depth;
  if (!depth.entered()) return -1;
  const Owned debug(get_field(deferred, Field::kDebug));
  const Owned failure(debug ? failure_of_handled(debug.get()) : nullptr);
  return failure ? start(deferred, failure.get(), Via::kErrback) : -1;
}

const std::vector<Hook> kNativeFiringHooks = {{"native.callback", hook_callback},
                                              {"native.errback", hook_errback},
                                              {"native._startRunCallbacks", hook_start},
                                              {"native._runCallbacks", hook_run_callbacks}};

}  // namespace reactortrack::recorder
