// SPDX-License-Identifier: MIT
//
// The native engine: Deferred's constructor, the four add methods, callback, errback and
// _startRunCallbacks in C++. Each does what the Python function of the same name does, in its
// order, and falls back to that function for calls it does not know how to make.
#include "recorder/attributes.h"
#include "recorder/context_watch.h"
#include "recorder/deferred_fields.h"
#include "recorder/engine.h"
#include "recorder/recorder.h"
#include "recorder/recursion.h"

namespace reactortrack::recorder {

EngineObjects* const g_engine = new EngineObjects;
DriverObjects* const g_driver = new DriverObjects;

namespace {

bool is_keyword(PyObject* name, const char* text) {
  return PyUnicode_CompareWithASCIIString(name, text) == 0;
}

using Field = DeferredField;

// ---- Creation ------------------------------------------------------------------------------------

// self._debugInfo, made if there is none. nullptr with an exception.
PyObject* debug_info_of(PyObject* self) {
  Owned info(get_field(self, Field::kDebugInfo));
  if (!info || info.get() != Py_None) return info.release();
  info = Owned(PyObject_CallNoArgs(engine().debug_info_class));
  if (!info || set_field(self, Field::kDebugInfo, info.get()) < 0) return nullptr;
  return info.release();
}

// self._debugInfo.<name> = the current stack, as text
// `started`: by _startRunCallbacks.
int keep_debug_stack(PyObject* info, const char* name, bool started = false) {
  PyObject* argument = started ? Py_True : Py_False;
  const Owned stack(info != nullptr ? PyObject_CallOneArg(engine().debug_stack, argument)
                                    : nullptr);
  return stack ? PyObject_SetAttrString(info, name, stack.get()) : -1;
}

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

// ---- Adding callbacks ----------------------------------------------------------------------------

// kNoList: there is none, and nothing was done.
enum class Appended { kDone, kFailed, kNoList };

// Puts `pair` at the end of the list, tells of it, and runs it if there is a result.
Appended append(PyObject* self, PyObject* pair, PyObject* callback, PyObject* errback,
                PyObject* callback_arguments, Via via) {
  const PythonDepth depth;
  if (!depth.entered()) return Appended::kFailed;
  Recorder& recorder = the_recorder();
  recorder.meet(self);  // before the list changes: an unknown Deferred is told of as it was
  const Owned callbacks(get_field(self, Field::kCallbacks));
  if (!callbacks) {
    if (!misses_callbacks(self)) return Appended::kFailed;
    PyErr_Clear();
    return Appended::kNoList;
  }
  if (PyList_CheckExact(callbacks.get())) {
    if (PyList_Append(callbacks.get(), pair) < 0) return Appended::kFailed;
  } else if (!Owned(
                 PyObject_CallMethodObjArgs(callbacks.get(), attributes().append, pair, nullptr))) {
    return Appended::kFailed;
  }
  const int called = field_is_true(self, Field::kCalled);
  if (called < 0) return Appended::kFailed;
  if (called > 0) recorder.fired_unseen(self);
  recorder.attached(self, pair, callback, errback, callback_arguments);
  if (called > 0 && dispatch_run_callbacks(self, via) < 0) return Appended::kFailed;
  return Appended::kDone;
}

// What the call of an add method gives that append() was the work of.
PyObject* added_to(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                   PyObject* names, Appended how) {
  if (how == Appended::kNoList) return call_original(self, arguments, flags, names);
  if (how == Appended::kFailed) return nullptr;
  Py_INCREF(arguments[0]);
  return arguments[0];
}

// The arguments of addCallback(self, callback, *args, **kwargs) and its like.
struct Added {
  Owned arguments, keywords;
};

// False: the call is not one that the native functions make; `failed` says whether with an exception.
bool read_added(PyObject* const* arguments, std::size_t flags, PyObject* names,
                const char* own_name, Added* added, bool* failed) {
  const Py_ssize_t count = PyVectorcall_NARGS(flags);
  *failed = false;
  if (count < 2 || !the_recorder().is_deferred(arguments[0])) return false;
  if (engine().traits.asserts_callable && !PyCallable_Check(arguments[1])) return false;
  if (!adds_directly(arguments[0])) return false;
  const Py_ssize_t named = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
  for (Py_ssize_t i = 0; i < named; ++i) {
    PyObject* name = PyTuple_GET_ITEM(names, i);
    if (is_keyword(name, own_name) || is_keyword(name, "self")) return false;
  }
  *failed = true;
  added->arguments = Owned(PyTuple_New(count - 2));
  added->keywords = Owned(PyDict_New());
  if (!added->arguments || !added->keywords) return false;
  for (Py_ssize_t i = 2; i < count; ++i) {
    Py_INCREF(arguments[i]);
    PyTuple_SET_ITEM(added->arguments.get(), i - 2, arguments[i]);
  }
  for (Py_ssize_t i = 0; i < named; ++i)
    if (PyDict_SetItem(added->keywords.get(), PyTuple_GET_ITEM(names, i), arguments[count + i]) < 0)
      return false;
  *failed = false;
  return true;
}

// (passthru or _failthru, (), {}). The same tuple each time: nobody gives these two arguments.
PyObject* through(PyObject** made, PyObject* function) {
  if (*made == nullptr || PyTuple_GET_ITEM(*made, 0) != function) {
    const Owned keywords = engine().traits.add_by_add_callbacks
                               ? Owned::share(engine().none_keywords)
                               : Owned(PyDict_New());
    const Owned nothing(PyTuple_New(0));
    PyObject* triple =
        keywords && nothing ? PyTuple_Pack(3, function, nothing.get(), keywords.get()) : nullptr;
    if (triple == nullptr) return nullptr;
    Py_XSETREF(*made, triple);
  }
  Py_INCREF(*made);
  return *made;
}
PyObject* g_through_callback = nullptr;
PyObject* g_through_errback = nullptr;

enum class Sides { kCallback, kErrback, kBoth };

PyObject* add(NativeFunction* self, PyObject* const* arguments, std::size_t flags, PyObject* names,
              Sides sides, Via via) {
  Added added;
  bool failed = false;
  const char* own_name = sides == Sides::kErrback ? "errback" : "callback";
  if (!read_added(arguments, flags, names, own_name, &added, &failed))
    return failed ? nullptr : call_original(self, arguments, flags, names);
  const TwistedObjects& twisted = the_recorder().twisted();
  PyObject* function = arguments[1];
  const Owned given(PyTuple_Pack(3, function, added.arguments.get(), added.keywords.get()));
  if (!given) return nullptr;
  Owned other;
  PyObject *callback = function, *errback = function;
  if (sides == Sides::kCallback) {
    other = Owned(through(&g_through_errback, twisted.failthru));
    errback = twisted.failthru;
  } else if (sides == Sides::kErrback) {
    other = Owned(through(&g_through_callback, twisted.passthru));
    callback = twisted.passthru;
  } else if (engine().traits.add_by_add_callbacks) {
    other = Owned(PyTuple_Pack(3, function, added.arguments.get(), added.keywords.get()));
  } else {
    other = Owned::share(given.get());
  }
  if (!other) return nullptr;
  const bool first = sides != Sides::kErrback;
  const Owned pair(
      PyTuple_Pack(2, first ? given.get() : other.get(), first ? other.get() : given.get()));
  if (!pair) return nullptr;
  return added_to(self, arguments, flags, names,
                  append(arguments[0], pair.get(), callback, errback, added.arguments.get(), via));
}

PyObject* hook_add_callback(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                            PyObject* names) {
  return add(self, arguments, flags, names, Sides::kCallback, Via::kAddCallback);
}
PyObject* hook_add_errback(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                           PyObject* names) {
  return add(self, arguments, flags, names, Sides::kErrback, Via::kAddErrback);
}
PyObject* hook_add_both(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                        PyObject* names) {
  return add(self, arguments, flags, names, Sides::kBoth, Via::kAddBoth);
}

// addCallbacks(self, callback, errback, callbackArgs, callbackKeywords, errbackArgs, errbackKeywords)
constexpr const char* kAddCallbacksNames[] = {"self",           "callback",         "errback",
                                              "callbackArgs",   "callbackKeywords", "errbackArgs",
                                              "errbackKeywords"};
constexpr Py_ssize_t kAddCallbacksCount = 7;

// Puts each argument in its place. False when they do not fit.
bool place_arguments(PyObject* const* arguments, std::size_t flags, PyObject* names,
                     PyObject** placed) {
  const Py_ssize_t count = PyVectorcall_NARGS(flags);
  if (count > kAddCallbacksCount) return false;
  for (Py_ssize_t i = 0; i < count; ++i) placed[i] = arguments[i];
  const Py_ssize_t named = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
  for (Py_ssize_t i = 0; i < named; ++i) {
    Py_ssize_t place = 0;
    while (place < kAddCallbacksCount &&
           !is_keyword(PyTuple_GET_ITEM(names, i), kAddCallbacksNames[place]))
      ++place;
    if (place == kAddCallbacksCount || placed[place] != nullptr) return false;
    placed[place] = arguments[count + i];
  }
  return placed[0] != nullptr && placed[1] != nullptr;
}

PyObject* hook_add_callbacks(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                             PyObject* names) {
  const EngineObjects& with = engine();
  const TwistedObjects& twisted = the_recorder().twisted();
  PyObject* at[kAddCallbacksCount] = {};
  if (!place_arguments(arguments, flags, names, at) || !the_recorder().is_deferred(at[0]))
    return call_original(self, arguments, flags, names);
  if (at[2] == nullptr || (at[2] == Py_None && with.traits.errback_may_be_none))
    at[2] = twisted.failthru;
  if (with.traits.asserts_callable && (!PyCallable_Check(at[1]) || !PyCallable_Check(at[2])))
    return call_original(self, arguments, flags, names);
  static PyObject* const nothing = PyTuple_New(0);
  Owned made[2];  // dictionaries for keywords given as None
  for (int side = 0; side < 2; ++side) {
    PyObject*& positional = at[3 + 2 * side];
    PyObject*& keywords = at[4 + 2 * side];
    if (positional == nullptr || positional == Py_None) positional = nothing;
    if (keywords == nullptr) keywords = with.none_keywords;
    if (keywords == Py_None) {
      made[side] = Owned(PyDict_New());
      if (!made[side]) return nullptr;
      keywords = made[side].get();
    }
  }
  const Owned callback(PyTuple_Pack(3, at[1], at[3], at[4]));
  const Owned errback(callback ? PyTuple_Pack(3, at[2], at[5], at[6]) : nullptr);
  const Owned pair(errback ? PyTuple_Pack(2, callback.get(), errback.get()) : nullptr);
  if (!pair) return nullptr;
  const Appended how = append(at[0], pair.get(), at[1], at[2], at[3], Via::kAddCallbacks);
  return added_to(self, arguments, flags, names, how);
}

// ---- Firing --------------------------------------------------------------------------------------

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

}  // namespace

PyObject* new_deferred(PyObject* canceller) {
  event::StackId stack{};
  return make(canceller, &stack).release();
}

// True when `deferred` can be fired here and its `method` is ours.
static bool fires_natively(PyObject* deferred, DeferredMethod method) {
  if (!the_recorder().is_deferred(deferred) || !uses(deferred, method) ||
      !starts_natively(deferred))
    return false;
  return can_start(deferred);
}

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

bool adds_directly(PyObject* deferred) {
  return !engine().traits.add_by_add_callbacks || uses(deferred, DeferredMethod::kAddCallbacks);
}

int add_to_both(PyObject* deferred, PyObject* function, PyObject* arguments) {
  const Owned keywords(PyDict_New());
  const Owned given(keywords ? PyTuple_Pack(3, function, arguments, keywords.get()) : nullptr);
  const Owned other(!given ? nullptr
                    : engine().traits.add_by_add_callbacks
                        ? PyTuple_Pack(3, function, arguments, keywords.get())
                        : Owned::share(given.get()).release());
  const Owned pair(other ? PyTuple_Pack(2, given.get(), other.get()) : nullptr);
  if (!pair) return -1;
  const Appended how = append(deferred, pair.get(), function, function, arguments, Via::kAddBoth);
  if (how == Appended::kNoList) return 1;
  return how == Appended::kDone ? 0 : -1;
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

const std::vector<Hook> kNativeDeferredHooks = {{"native.__init__", hook_init},
                                                {"native.succeed", hook_succeed},
                                                {"native.maybeDeferred", hook_maybe_deferred},
                                                {"native.addCallback", hook_add_callback},
                                                {"native.addErrback", hook_add_errback},
                                                {"native.addBoth", hook_add_both},
                                                {"native.addCallbacks", hook_add_callbacks},
                                                {"native.callback", hook_callback},
                                                {"native.errback", hook_errback},
                                                {"native._startRunCallbacks", hook_start},
                                                {"native._runCallbacks", hook_run_callbacks}};

}  // namespace reactortrack::recorder
