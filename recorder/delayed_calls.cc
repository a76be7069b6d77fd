// SPDX-License-Identifier: MIT
#include "recorder/delayed_calls.h"

#include "recorder/called_flag.h"
#include "recorder/fields.h"
#include "recorder/recursion.h"

namespace reactortrack::recorder {
namespace {

enum Field : int {
  kTime,
  kFunction,
  kArguments,
  kKeywords,
  kResetter,
  kCanceller,
  kSeconds,
  kCancelled,
  kDelayedTime,
  kDebug,
  kFieldCount,
};

FieldTable<kFieldCount> g_fields;
DelayedCallObjects g_known;

struct Constants {
  PyObject* init = PyUnicode_InternFromString("__init__");
  PyObject* debug = PyUnicode_InternFromString("debug");
  PyObject* seconds = PyUnicode_InternFromString("seconds");
  PyObject* cancel = PyUnicode_InternFromString("_cancelCallLater");
  PyObject* move = PyUnicode_InternFromString("_moveCallLaterSooner");
  PyObject* new_calls = PyUnicode_InternFromString("_newTimedCalls");
  PyObject* cancellations = PyUnicode_InternFromString("_cancellations");
  PyObject* class_name = PyUnicode_InternFromString("DelayedCall");
  PyObject* self = PyUnicode_InternFromString("self");
  PyObject* delay = PyUnicode_InternFromString("delay");
  PyObject* callable = PyUnicode_InternFromString("callable");
  PyObject* no_arguments = PyTuple_New(0);
  PyObject* zero = PyLong_FromLong(0);
  PyObject* one = PyLong_FromLong(1);
  PyObject* no_time = PyFloat_FromDouble(0.0);
};
const Constants& constant() {
  static const auto* all = new Constants;
  return *all;
}

// A float, or an int that is exactly one.
bool read_number(PyObject* object, double* value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (PyFloat_CheckExact(object)) {
    *value = PyFloat_AS_DOUBLE(object);
    return true;
  }
  if (!PyLong_CheckExact(object)) return false;
  *value = PyLong_AsDouble(object);
  if (*value > -kExact && *value < kExact && (*value != -1.0 || !PyErr_Occurred())) return true;
  PyErr_Clear();
  return false;
}

// What the clock of a reactor or a call says, if it is a function of C.
bool read_clock(PyObject* clock, double* now) {
  if (!PyCFunction_CheckExact(clock)) return false;
  const Owned said(PyObject_CallNoArgs(clock));
  if (!said) PyErr_Clear();
  return said && PyFloat_CheckExact(said.get()) && read_number(said.get(), now);
}

Owned attribute(PyObject* object, PyObject* name) {
  Owned value(PyObject_GetAttr(object, name));
  if (!value) PyErr_Clear();
  return value;
}

// DelayedCall is the class that we know, its instances are made as we know, and debug is off.
bool is_known_class() {
  PyTypeObject* type = g_known.type;
  return g_known.init != nullptr && type->tp_new == PyBaseObject_Type.tp_new &&
         PyDict_GetItemWithError(g_known.globals, constant().class_name) ==
             reinterpret_cast<PyObject*>(type) &&
         _PyType_Lookup(type, constant().init) == g_known.init &&
         _PyType_Lookup(type, constant().debug) == Py_False;
}

bool are_keywords(PyObject* names) {
  for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i) {
    PyObject* name = PyTuple_GET_ITEM(names, i);
    for (PyObject* own : {constant().self, constant().delay, constant().callable})
      if (name == own || PyUnicode_Compare(name, own) == 0) return false;
  }
  return true;
}

bool set(PyObject* call, Field field, PyObject* value) {
  return g_fields.set(call, field, value) == 0;
}

bool is_false(PyObject* value) { return value == constant().zero || value == Py_False; }

// Neither called nor cancelled, with attributes that can be had by place, and no debug.
bool is_plain(PyObject* call) {
  if (g_known.type == nullptr || Py_TYPE(call) != g_known.type) return false;
  const auto fields = g_fields.view(call);
  return is_false(fields.peek(kCancelled)) && fields.peek(kDebug) == Py_False &&
         is_false(called_value(call));
}

}  // namespace

void prepare_delayed_calls(const DelayedCallObjects& objects) {
  const DelayedCallObjects before = g_known;
  g_known = objects;
  for (PyObject* each : {reinterpret_cast<PyObject*>(objects.type), objects.init, objects.globals,
                         objects.count_cancelled})
    Py_XINCREF(each);
  for (PyObject* each : {reinterpret_cast<PyObject*>(before.type), before.init, before.globals,
                         before.count_cancelled})
    Py_XDECREF(each);
  std::array<PyObject*, kFieldCount> names{};
  const char* const texts[kFieldCount] = {"time",         "func",      "args",    "kw",
                                          "resetter",     "canceller", "seconds", "cancelled",
                                          "delayed_time", "debug"};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = PyUnicode_InternFromString(texts[i]);
  g_fields.prepare(names);
}

// callLater(self, delay, callable, *args, **kw)
PyObject* native_call_later(PyObject* const* arguments, std::size_t flags, PyObject* names) {
  const Py_ssize_t count = PyVectorcall_NARGS(flags);
  double now = 0, delay = 0;
  if (count < 3 || !is_known_class() || !are_keywords(names) ||
      !read_number(arguments[1], &delay) || !(delay >= 0) || !PyCallable_Check(arguments[2]))
    return nullptr;
  PyObject* reactor = arguments[0];
  const Owned calls = attribute(reactor, constant().new_calls);
  const Owned cancel = attribute(reactor, constant().cancel);
  const Owned move = attribute(reactor, constant().move);
  const Owned seconds = attribute(reactor, constant().seconds);
  if (!calls || !PyList_CheckExact(calls.get()) || !cancel || !move || !seconds ||
      !read_clock(seconds.get(), &now))
    return nullptr;
  const PythonDepth depth;
  if (!depth.entered()) return nullptr;
  const Owned positional(PyTuple_New(count - 3));
  const Owned keywords(PyDict_New());
  const Owned time(PyFloat_FromDouble(now + delay));
  if (!positional || !keywords || !time) return nullptr;
  for (Py_ssize_t i = 3; i < count; ++i) {
    Py_INCREF(arguments[i]);
    PyTuple_SET_ITEM(positional.get(), i - 3, arguments[i]);
  }
  for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i)
    if (PyDict_SetItem(keywords.get(), PyTuple_GET_ITEM(names, i), arguments[count + i]) < 0)
      return nullptr;
  Owned made(g_known.type->tp_new(g_known.type, constant().no_arguments, nullptr));
  PyObject* call = made.get();
  if (call == nullptr || !set(call, kTime, time.get()) || !set(call, kFunction, arguments[2]) ||
      !set(call, kArguments, positional.get()) || !set(call, kKeywords, keywords.get()) ||
      !set(call, kResetter, move.get()) || !set(call, kCanceller, cancel.get()) ||
      !set(call, kSeconds, seconds.get()) || !set(call, kCancelled, constant().zero) ||
      set_called_value(call, constant().zero) < 0 || !set(call, kDelayedTime, constant().no_time) ||
      PyList_Append(calls.get(), call) < 0)
    return nullptr;
  return made.release();
}

PyObject* native_call_cancel(PyObject* call) {
  if (!is_plain(call) || g_known.count_cancelled == nullptr) return nullptr;
  const auto fields = g_fields.view(call);
  PyObject* canceller = fields.peek(kCanceller);
  if (canceller == nullptr || !PyMethod_Check(canceller) ||
      PyMethod_GET_FUNCTION(canceller) != g_known.count_cancelled ||
      fields.peek(kFunction) == nullptr || fields.peek(kArguments) == nullptr ||
      fields.peek(kKeywords) == nullptr)
    return nullptr;
  const Owned reactor = Owned::share(PyMethod_GET_SELF(canceller));
  const Owned cancellations = attribute(reactor.get(), constant().cancellations);
  if (!cancellations || !PyLong_CheckExact(cancellations.get())) return nullptr;
  const Owned more(PyNumber_Add(cancellations.get(), constant().one));
  const Owned kept = Owned::share(call);  // what goes below may have held it
  if (!more || PyObject_SetAttr(reactor.get(), constant().cancellations, more.get()) < 0 ||
      !set(call, kCancelled, constant().one))
    return nullptr;
  for (const Field field : {kFunction, kArguments, kKeywords})
    if (PyObject_DelAttr(call, g_fields.name(field)) < 0) return nullptr;
  Py_RETURN_NONE;
}

PyObject* native_call_reset(PyObject* call, PyObject* seconds) {
  double from_now = 0, now = 0, due = 0;
  if (!is_plain(call) || !read_number(seconds, &from_now)) return nullptr;
  PyObject* clock = g_fields.view(call).peek(kSeconds);
  if (clock == nullptr || !read_clock(clock, &now)) return nullptr;
  PyObject* time = g_fields.view(call).peek(kTime);
  if (time == nullptr || !PyFloat_CheckExact(time) || !read_number(time, &due)) return nullptr;
  const double new_time = now + from_now;
  if (!(new_time >= due)) return nullptr;  // sooner: the heap is to be put in order
  const Owned delayed(PyFloat_FromDouble(new_time - due));
  if (!delayed || !set(call, kDelayedTime, delayed.get())) return nullptr;
  Py_RETURN_NONE;
}

}  // namespace reactortrack::recorder
