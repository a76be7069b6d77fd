// SPDX-License-Identifier: MIT
#include "recorder/log_context.h"

#include <array>

#include "recorder/engine.h"
#include "recorder/fields.h"
#include "recorder/native_frames.h"
#include "recorder/recursion.h"

namespace reactortrack::recorder {
namespace {

// The Python functions that do not run, outermost first, with where each calls on.
enum Function : std::size_t { kLog, kThreaded, kPlain, kFunctionCount };

// References that are kept, until others are set: a call that runs may outlast the recording.
struct LogContextObjects {
  PyObject* log_globals = nullptr;      // the dictionary of twisted.python.log
  PyObject* context = nullptr;          // the module twisted.python.context
  PyObject* context_globals = nullptr;  // and its dictionary
  PyObject* call = nullptr;             // its call() and get(), bound to its tracker
  PyObject* get = nullptr;
  PyObject* tracker = nullptr;
  PyObject* current_context = nullptr;  // ThreadedContextTracker's method
  PyObject* get_context = nullptr;      // ContextTracker's
  PyObject* call_with_context = nullptr;
  std::array<CallPlace, kFunctionCount> places;
};
LogContextObjects g_known;

enum TrackerField : int { kStorage };
enum TrackerMethod : int { kCurrentContext };
FieldTable<1, 1> g_tracker_fields;

enum ContextField : int { kContexts };
enum ContextMethod : int { kCallWithContext, kGetContext };
FieldTable<1, 2> g_context_fields;

struct Constants {
  PyObject* context = PyUnicode_InternFromString("context");
  PyObject* interface = PyUnicode_InternFromString("ILogContext");
  PyObject* call = PyUnicode_InternFromString("call");
  PyObject* get = PyUnicode_InternFromString("get");
  PyObject* of_thread = PyUnicode_InternFromString("ct");
  PyObject* storage = PyUnicode_InternFromString("storage");
  PyObject* contexts = PyUnicode_InternFromString("contexts");
  PyObject* pop = PyUnicode_InternFromString("pop");
  PyObject* current_context = PyUnicode_InternFromString("currentContext");
  PyObject* call_with_context = PyUnicode_InternFromString("callWithContext");
  PyObject* get_context = PyUnicode_InternFromString("getContext");
};
const Constants& constant() {
  static const auto* all = new Constants;
  return *all;
}

// Both modules have what they had.
bool modules_as_known() {
  return PyDict_GetItemWithError(g_known.log_globals, constant().context) == g_known.context &&
         PyDict_GetItemWithError(g_known.context_globals, constant().call) == g_known.call &&
         PyDict_GetItemWithError(g_known.context_globals, constant().get) == g_known.get;
}

// What a call puts on the stack, and the stack it puts it on.
struct Pushed {
  Owned tracker;   // this thread's ContextTracker
  Owned contexts;  // its list
  Owned inner;     // the log's new context
  Owned outer;     // {ILogContext: inner}
};

// context.get(interface): borrowed; nullptr: none, or not to be told here.
PyObject* innermost(PyObject* contexts, PyObject* interface) {
  for (Py_ssize_t i = PyList_GET_SIZE(contexts); i-- > 0 && i < PyList_GET_SIZE(contexts);) {
    PyObject* each = PyList_GET_ITEM(contexts, i);
    if (!PyDict_CheckExact(each)) return nullptr;
    PyObject* found = PyDict_GetItemWithError(each, interface);
    if (found != nullptr || PyErr_Occurred() != nullptr) return found;
  }
  return nullptr;
}

// Makes the new context and puts it on the stack. False where the Python function is to be called:
// nothing has happened then. Exceptions are cleared.
bool push(PyObject* additions, Pushed* out) {
  const auto done = [&]() {
    if (g_known.tracker == nullptr || !PyDict_CheckExact(additions) || !modules_as_known() ||
        !g_tracker_fields.uses(g_known.tracker, kCurrentContext))
      return false;
    PyObject* interface = PyDict_GetItemWithError(g_known.log_globals, constant().interface);
    if (interface == nullptr) return false;
    const Owned storage(g_tracker_fields.get(g_known.tracker, kStorage));
    if (!storage) return false;
    out->tracker = Owned(PyObject_GetAttr(storage.get(), constant().of_thread));
    if (!out->tracker || !g_context_fields.uses(out->tracker.get(), kCallWithContext) ||
        !g_context_fields.uses(out->tracker.get(), kGetContext))
      return false;
    out->contexts = Owned(g_context_fields.get(out->tracker.get(), kContexts));
    if (!out->contexts || !PyList_CheckExact(out->contexts.get())) return false;
    PyObject* now = innermost(out->contexts.get(), interface);
    if (now == nullptr || !PyDict_CheckExact(now)) return false;
    out->inner = Owned(PyDict_Copy(now));
    out->outer = Owned(PyDict_New());
    return out->inner && out->outer && PyDict_Update(out->inner.get(), additions) == 0 &&
           PyDict_SetItem(out->outer.get(), interface, out->inner.get()) == 0 &&
           PyList_Append(out->contexts.get(), out->outer.get()) == 0;
  };
  if (done()) [[likely]]
    return true;
  PyErr_Clear();
  return false;
}

// self.contexts.pop(). False with an exception.
bool pop(const Pushed& pushed) {
  const Owned contexts(g_context_fields.get(pushed.tracker.get(), kContexts));
  if (!contexts) return false;
  if (PyList_CheckExact(contexts.get()) && PyList_GET_SIZE(contexts.get()) > 0) [[likely]] {
    const Py_ssize_t size = PyList_GET_SIZE(contexts.get());
    return PyList_SetSlice(contexts.get(), size - 1, size, nullptr) == 0;
  }
  return static_cast<bool>(
      Owned(PyObject_CallMethodObjArgs(contexts.get(), constant().pop, nullptr)));
}

// The same with an exception in flight, which becomes the context of what goes wrong here.
void pop_in_flight(const Pushed& pushed) {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  if (pop(pushed)) [[likely]]
    return PyErr_Restore(type, value, traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback != nullptr) PyException_SetTraceback(value, traceback);
  PyObject *later_type = nullptr, *later = nullptr, *later_traceback = nullptr;
  PyErr_Fetch(&later_type, &later, &later_traceback);
  PyErr_NormalizeException(&later_type, &later, &later_traceback);
  if (later != value) PyException_SetContext(later, std::exchange(value, nullptr));
  PyErr_Restore(later_type, later, later_traceback);
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(traceback);
}

// The entries that the three functions leave in the traceback of the exception in flight.
void add_entries(const Pushed& pushed, PyObject* const* arguments, Py_ssize_t count) {
  static LocalNames<5> plain_names({"self", "newContext", "func", "args", "kw"});
  static LocalNames<5> threaded_names({"self", "ctx", "func", "args", "kw"});
  static LocalNames<5> log_names({"ctx", "func", "args", "kw", "newCtx"});
  Owned rest, frames[kFunctionCount];
  {
    const ExceptionAside aside;
    rest = Owned(PyTuple_New(count - 2));
    for (Py_ssize_t i = 2; rest && i < count; ++i) {
      Py_INCREF(arguments[i]);
      PyTuple_SET_ITEM(rest.get(), i - 2, arguments[i]);
    }
    for (std::size_t i = 0; i < kFunctionCount; ++i) {
      const CallPlace& at = g_known.places[i];
      const Owned keywords(PyDict_New());
      Owned frame(rt_new_frame(reinterpret_cast<PyCodeObject*>(at.code),
                               i == kLog ? g_known.log_globals : g_known.context_globals, nullptr,
                               at.offset, at.line));
      if (!rest || !keywords || !frame) {
        PyErr_Clear();
        continue;
      }
      PyObject *function = arguments[1], *values = rest.get(), *none = keywords.get();
      if (i == kPlain)
        plain_names.set(frame, at.code,
                        {pushed.tracker.get(), pushed.outer.get(), function, values, none});
      else if (i == kThreaded)
        threaded_names.set(frame, at.code,
                           {g_known.tracker, pushed.outer.get(), function, values, none});
      else
        log_names.set(frame, at.code, {arguments[0], function, values, none, pushed.inner.get()});
      frames[i] = std::move(frame);
    }
  }
  for (const Function each : {kPlain, kThreaded, kLog})
    add_traceback_entry(frames[each], g_known.places[each]);
}

// callWithContext(ctx, func, *args). nullptr without an exception: the Python function is to be called.
PyObject* native_call(PyObject* const* arguments, Py_ssize_t count) {
  const PythonDepth log, threaded, plain;
  Pushed pushed;
  if (!log.entered() || !threaded.entered() || !plain.entered()) {
    PyErr_Clear();
    return nullptr;
  }
  if (!push(arguments[0], &pushed)) return nullptr;
  Owned result(PyObject_Vectorcall(arguments[1], arguments + 2, static_cast<std::size_t>(count - 2),
                                   nullptr));
  if (result) [[likely]]
    return pop(pushed) ? result.release() : nullptr;
  pop_in_flight(pushed);
  add_entries(pushed, arguments, count);
  return nullptr;
}

PyObject* call_with_context(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                            PyObject* names) {
  const Py_ssize_t count = PyVectorcall_NARGS(flags);
  if (count >= 2 && names == nullptr) {
    PyObject* result = native_call(arguments, count);
    if (result != nullptr || PyErr_Occurred() != nullptr) return result;
  }
  return call_original(self, arguments, flags, names);
}

void keep(PyObject** place, PyObject* value) {
  Py_XINCREF(value);
  PyObject* old = std::exchange(*place, value);
  Py_XDECREF(old);
}

}  // namespace

PyObject* set_log_context(PyObject*, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {
      "log",         "context",           "call",   "get",  "tracker", "current_context",
      "get_context", "call_with_context", "places", nullptr};
  PyObject *log = nullptr, *context = nullptr, *call = nullptr, *get = nullptr, *tracker = nullptr,
           *current_context = nullptr, *get_context = nullptr, *call_with_context = nullptr;
  std::array<CallPlace, kFunctionCount> places;
  if (!PyArg_ParseTupleAndKeywords(
          arguments, keywords, "O!O!OOOOOO((O!ii)(O!ii)(O!ii))", const_cast<char**>(names),
          &PyModule_Type, &log, &PyModule_Type, &context, &call, &get, &tracker, &current_context,
          &get_context, &call_with_context, &PyCode_Type, &places[0].code, &places[0].offset,
          &places[0].line, &PyCode_Type, &places[1].code, &places[1].offset, &places[1].line,
          &PyCode_Type, &places[2].code, &places[2].offset, &places[2].line))
    return nullptr;
  keep(&g_known.log_globals, PyModule_GetDict(log));
  keep(&g_known.context_globals, PyModule_GetDict(context));
  keep(&g_known.context, context);
  keep(&g_known.call, call);
  keep(&g_known.get, get);
  keep(&g_known.tracker, tracker);
  keep(&g_known.current_context, current_context);
  keep(&g_known.get_context, get_context);
  keep(&g_known.call_with_context, call_with_context);
  for (std::size_t i = 0; i < kFunctionCount; ++i) {
    keep(&g_known.places[i].code, places[i].code);
    g_known.places[i].offset = places[i].offset;
    g_known.places[i].line = places[i].line;
  }
  g_tracker_fields.prepare({constant().storage});
  g_tracker_fields.set_methods({constant().current_context}, {current_context});
  g_context_fields.prepare({constant().contexts});
  g_context_fields.set_methods({constant().call_with_context, constant().get_context},
                               {call_with_context, get_context});
  Py_RETURN_NONE;
}

const std::vector<Hook> kLogContextHooks = {{"native.callWithContext", call_with_context}};

}  // namespace reactortrack::recorder
