// SPDX-License-Identifier: MIT
//
// The native engine: Deferred's constructor, succeed() and what maybeDeferred() makes of a result.
// Each does what the Python function of the same name does, in its order, and falls back to that
// function for calls it does not know how to make.
#include "recorder/deferred_fields.h"
#include "recorder/engine.h"
#include "recorder/recorder.h"

namespace reactortrack::recorder {
namespace {

using Field = DeferredField;

// `stack`: what was recorded of it, where that is of interest.
int initialise(PyObject* self, PyObject* canceller, event::StackId* stack = nullptr) {
  const Owned callbacks(PyList_New(0));
  if (!callbacks || set_field(self, Field::kCallbacks, callbacks.get()) < 0 ||
      set_field(self, Field::kCanceller, canceller) < 0)
    return -1;
  const int debug = field_is_true(self, Field::kDebug);
  if (debug < 0) return -1;
  if (debug > 0) {
    const Owned info(PyObject_CallNoArgs(engine().debug_info_class));
    if (!info || set_field(self, Field::kDebugInfo, info.get()) < 0 ||
        keep_debug_stack(info.get(), "creator") < 0)
      return -1;
  }
  const event::StackId created = the_recorder().created(self, canceller);
  if (stack != nullptr) *stack = created;
  return 0;
}

PyObject* g_init_hook = nullptr;  // borrowed: the stand-in for Deferred.__init__, once installed

int native_tp_init(PyObject* self, PyObject* arguments, PyObject* keywords) {
  const Py_ssize_t count = PyTuple_GET_SIZE(arguments);
  if (keywords == nullptr || PyDict_GET_SIZE(keywords) == 0) {
    if (count == 0) return initialise(self, Py_None);
    if (count == 1) return initialise(self, PyTuple_GET_ITEM(arguments, 0));
  } else if (count == 0 && PyDict_GET_SIZE(keywords) == 1) {
    PyObject* canceller = PyDict_GetItemString(keywords, "canceller");
    if (canceller != nullptr) return initialise(self, canceller);
  }
  // Wrong arguments: the Python function says so best.
  const Owned bound(PyMethod_New(native_function_original(g_init_hook), self));
  return bound && Owned(PyObject_Call(bound.get(), arguments, keywords)) ? 0 : -1;
}

PyObject* hook_init(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                    PyObject* keywords) {
  const Py_ssize_t count = PyVectorcall_NARGS(flags);
  const bool known = keywords == nullptr || PyTuple_GET_SIZE(keywords) == 0;
  if (!known || count < 1 || count > 2 || !the_recorder().is_deferred(arguments[0]))
    return call_original(self, arguments, flags, keywords);
  if (initialise(arguments[0], count == 2 ? arguments[1] : Py_None) < 0) return nullptr;
  Py_RETURN_NONE;
}

Owned make(PyObject* canceller, event::StackId* stack) {
  PyTypeObject* type = the_recorder().twisted().deferred;
  if (type->tp_init != native_tp_init) {
    *stack = event::StackId::kNone;
    return Owned(PyObject_CallOneArg(reinterpret_cast<PyObject*>(type), canceller));
  }
  static PyObject* const nothing = PyTuple_New(0);
  Owned made(type->tp_new(type, nothing, nullptr));
  if (!made || initialise(made.get(), canceller, stack) < 0) return Owned();
  return made;
}

// True while `Deferred` of twisted.internet.defer is the class we know.
bool is_known_class() {
  static PyObject* const name = PyUnicode_InternFromString("Deferred");
  PyObject* current = PyDict_GetItemWithError(engine().run_globals, name);
  return current == reinterpret_cast<PyObject*>(the_recorder().twisted().deferred);
}

// succeed(result), since 24.10
PyObject* succeeded(PyObject* result) {
  event::StackId stack{};
  Owned made = make(Py_None, &stack);
  if (!made || set_field(made.get(), Field::kResult, result) < 0 ||
      set_field(made.get(), Field::kCalled, Py_True) < 0 ||
      set_field(made.get(), Field::kChainedTo, Py_None) < 0)
    return nullptr;
  Recorder& recorder = the_recorder();
  if (event::number(stack) == 0) stack = recorder.names().stack(recorder.settings().stack_depth);
  recorder.fired(made.get(), result, stack, true);
  return made.release();
}

PyObject* hook_succeed(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                       PyObject* keywords) {
  if (PyVectorcall_NARGS(flags) != 1 || keywords != nullptr || !is_known_class())
    return call_original(self, arguments, flags, keywords);
  return succeeded(arguments[0]);
}

// Debug mode shows the stack below Deferred(), down to succeed().
bool is_debugging() {
  static PyObject* const name = PyUnicode_InternFromString("debug");
  return _PyType_Lookup(the_recorder().twisted().deferred, name) != Py_False;
}

// What maybeDeferred(f, ...) gives for what f() returned, since 24.10; None where it is to be seen to
// in Python: Failures, coroutines, debug mode. `self` stands in for succeed().
PyObject* hook_maybe_deferred(NativeFunction* self, PyObject* const* arguments, std::size_t,
                              PyObject*) {
  static PyObject* const succeed = PyUnicode_InternFromString("succeed");
  PyObject* result = arguments[0];
  if (is_chainable(result, false)) {
    Py_INCREF(result);
    return result;
  }
  if (PyCoro_CheckExact(result) || the_recorder().is_failure(result) || !is_known_class() ||
      PyDict_GetItemWithError(engine().run_globals, succeed) != self->original || is_debugging()) {
    PyErr_Clear();
    Py_RETURN_NONE;
  }
  return succeeded(result);
}

}  // namespace

int keep_debug_stack(PyObject* info, const char* name, bool started) {
  PyObject* argument = started ? Py_True : Py_False;
  const Owned stack(info != nullptr ? PyObject_CallOneArg(engine().debug_stack, argument)
                                    : nullptr);
  return stack ? PyObject_SetAttrString(info, name, stack.get()) : -1;
}

PyObject* new_deferred(PyObject* canceller) {
  event::StackId stack{};
  return make(canceller, &stack).release();
}

void install_native_init(PyTypeObject* deferred) {
  static PyObject* const init_name = PyUnicode_InternFromString("__init__");
  g_init_hook = _PyType_Lookup(deferred, init_name);
  const initproc generic = deferred->tp_init;
  for_each_class(deferred, [generic](PyTypeObject* type) {
    if (type->tp_init == generic && _PyType_Lookup(type, init_name) == g_init_hook)
      type->tp_init = native_tp_init;
  });
}

const std::vector<Hook> kNativeCreationHooks = {{"native.__init__", hook_init},
                                                {"native.succeed", hook_succeed},
                                                {"native.maybeDeferred", hook_maybe_deferred}};

}  // namespace reactortrack::recorder
