// SPDX-License-Identifier: MIT
//
// The native engine: addCallbacks, addCallback, addErrback and addBoth.
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

bool is_keyword(PyObject* name, const char* text) {
  return PyUnicode_CompareWithASCIIString(name, text) == 0;
}

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

}  // namespace

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

const std::vector<Hook> kNativeAddingHooks = {{"native.addCallback", hook_add_callback},
                                              {"native.addErrback", hook_add_errback},
                                              {"native.addBoth", hook_add_both},
                                              {"native.addCallbacks", hook_add_callbacks}};

}  // namespace reactortrack::recorder
