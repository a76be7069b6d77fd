// SPDX-License-Identifier: MIT
//
// The extension module `reactortrack._recorder`. What it offers is written down for Python in
// python/reactortrack/_recorder.pyi; the package is its only user.
#include "recorder/object.h"

#include <cstring>
#include <string>

#include "recorder/attributes.h"
#include "recorder/called_flag.h"
#include "recorder/deaths.h"
#include "recorder/deferred_fields.h"
#include "recorder/delayed_calls.h"
#include "recorder/engine.h"
#include "recorder/idle_turn.h"
#include "recorder/log_context.h"
#include "recorder/loops.h"
#include "recorder/monitor.h"
#include "recorder/native_function.h"
#include "recorder/reactor.h"
#include "recorder/ready_await.h"
#include "recorder/recorder.h"
#include "recorder/resources.h"

namespace reactortrack::recorder {
namespace {

// Keeps `value` in `*place`, for the lifetime of the hooks.
void keep(PyObject** place, PyObject* value) {
  if (value == Py_None) value = nullptr;
  Py_XINCREF(value);
  PyObject* old = std::exchange(*place, value);
  Py_XDECREF(old);
}

PyObject* start(PyObject*, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"path", "stack_depth", "values", "facts", "ring_bytes", nullptr};
  const char* path = nullptr;
  int depth = 0, values = 0;
  unsigned long long ring_bytes = 0;
  PyObject* facts = nullptr;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "sipO!|K", const_cast<char**>(names), &path,
                                   &depth, &values, &PyDict_Type, &facts, &ring_bytes))
    return nullptr;
  Settings settings;
  settings.path = path;
  settings.ring_bytes = ring_bytes;
  settings.stack_depth = depth < 0                      ? 0
                         : depth > Names::kDeepestStack ? Names::kDeepestStack
                                                        : depth;
  settings.values = values != 0;
  PyObject *key = nullptr, *value = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(facts, &at, &key, &value);) {
    const char* key_text = PyUnicode_AsUTF8(key);
    const char* value_text = key_text != nullptr ? PyUnicode_AsUTF8(value) : nullptr;
    if (value_text == nullptr) return nullptr;
    settings.facts.emplace_back(key_text, value_text);
  }
  std::string error;
  if (the_recorder().start(settings, &error))
    return PyUnicode_DecodeFSDefault(the_recorder().sink().path().c_str());
  PyErr_SetString(PyExc_OSError, error.c_str());
  return nullptr;
}

PyObject* stop(PyObject*, PyObject* at_exit) {
  the_recorder().stop(PyObject_IsTrue(at_exit) == 1 ? event::EndReason::kExit
                                                    : event::EndReason::kStopped);
  forget_delayed_calls();
  forget_resources();
  forget_loops();
  Py_RETURN_NONE;
}

PyObject* is_on(PyObject*, PyObject*) { return PyBool_FromLong(the_recorder().is_on()); }

PyObject* lost_count(PyObject*, PyObject*) {
  return PyLong_FromUnsignedLongLong(the_recorder().sink().lost_count());
}

// dump(path, before_s, after_s) -> (where it is or "", what is wrong or "")
PyObject* dump(PyObject*, PyObject* arguments) {
  const char* path = nullptr;
  double before_s = 0, after_s = 0;
  if (!PyArg_ParseTuple(arguments, "sdd", &path, &before_s, &after_s)) return nullptr;
  std::string error;
  const std::string where = the_recorder().dump(path, before_s, after_s, &error);
  return Py_BuildValue("(NN)", PyUnicode_DecodeFSDefault(where.c_str()),
                       PyUnicode_DecodeFSDefault(error.c_str()));
}

PyObject* trouble(PyObject*, PyObject*) {
  return PyUnicode_DecodeFSDefault(the_recorder().sink().trouble().c_str());
}

PyObject* path(PyObject*, PyObject*) {
  return PyUnicode_DecodeFSDefault(the_recorder().sink().path().c_str());
}

PyObject* mark(PyObject*, PyObject* text) {
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(text, &size);
  if (bytes == nullptr) return nullptr;
  the_recorder().mark({bytes, static_cast<std::size_t>(size)});
  Py_RETURN_NONE;
}

PyObject* serial(PyObject*, PyObject* deferred) {
  const event::DeferredId id = the_recorder().known_id(deferred);
  if (event::number(id) == 0) Py_RETURN_NONE;
  return PyLong_FromUnsignedLong(event::number(id));
}

PyObject* native_function(PyObject*, PyObject* arguments) {
  const char* name = nullptr;
  PyObject* original = nullptr;
  if (!PyArg_ParseTuple(arguments, "sO", &name, &original)) return nullptr;
  const NativeRun run = hook_by_name(name);
  if (run == nullptr) return PyErr_Format(PyExc_ValueError, "no hook is called %s", name);
  return new_native_function(original, run);
}

PyObject* original_of(PyObject*, PyObject* object) {
  PyObject* original = native_function_original(object);
  if (original == nullptr) original = Py_None;
  Py_INCREF(original);
  return original;
}

PyObject* set_twisted(PyObject*, PyObject*, PyObject* keywords) {
  TwistedObjects& twisted = the_recorder().twisted();
  const struct {
    const char* name;
    PyObject** place;
  } objects[] = {{"deferred_subclasses", &twisted.deferred_subclasses},
                 {"passthru", &twisted.passthru},
                 {"failthru", &twisted.failthru},
                 {"continue_mark", &twisted.continue_mark},
                 {"no_result", &twisted.no_result},
                 {"got_result", &twisted.got_result},
                 {"list_callback", &twisted.list_callback},
                 {"callbacks_name", &twisted.callbacks_name},
                 {"deferred", reinterpret_cast<PyObject**>(&twisted.deferred)},
                 {"failure", reinterpret_cast<PyObject**>(&twisted.failure)},
                 {"cancelled_error", reinterpret_cast<PyObject**>(&twisted.cancelled_error)}};
  for (const auto& each : objects) {
    PyObject* value = keywords != nullptr ? PyDict_GetItemString(keywords, each.name) : nullptr;
    if (value == nullptr)
      return PyErr_Format(PyExc_TypeError, "set_twisted: %s is missing", each.name);
    keep(each.place, value);
  }
  if (PyObject* directory = PyDict_GetItemString(keywords, "directory")) {
    const char* text = PyUnicode_AsUTF8(directory);
    if (text == nullptr) return nullptr;
    the_recorder().names().set_twisted_directory(text);
  }
  PyUnicode_InternInPlace(&twisted.callbacks_name);
  prepare_deferred_fields(twisted.callbacks_name);
  Py_RETURN_NONE;
}

bool set_traits(PyObject* traits) {
  Traits& with = engine().traits;
  const struct {
    const char* name;
    bool* place;
  } all[] = {{"isinstance_checks", &with.isinstance_checks},
             {"add_by_add_callbacks", &with.add_by_add_callbacks},
             {"asserts_callable", &with.asserts_callable},
             {"asserts_not_deferred", &with.asserts_not_deferred},
             {"errback_may_be_none", &with.errback_may_be_none},
             {"clears_canceller", &with.clears_canceller},
             {"cleans_failure", &with.cleans_failure},
             {"failure_keeps_stack", &with.failure_keeps_stack}};
  for (const auto& each : all) {
    PyObject* value = PyDict_GetItemString(traits, each.name);
    if (value == nullptr) {
      PyErr_Format(PyExc_TypeError, "set_engine: trait %s is missing", each.name);
      return false;
    }
    *each.place = value == Py_True;
  }
  return true;
}

// via: a list of kViaCount lists of (code, offset, line), outermost first
bool set_via_frames(PyObject* via) {
  if (!PyList_Check(via) || PyList_GET_SIZE(via) != kViaCount) {
    PyErr_SetString(PyExc_TypeError, "set_engine: via must be a list with an entry for each Via");
    return false;
  }
  for (int i = 0; i < kViaCount; ++i) {
    auto& frames = engine().via_frames[i];
    for (const auto& each : frames) Py_DECREF(each.code);
    frames.clear();
    PyObject* list = PyList_GET_ITEM(via, i);
    for (Py_ssize_t j = 0; PyList_Check(list) && j < PyList_GET_SIZE(list); ++j) {
      PyObject* code = nullptr;
      int offset = 0, line = 0;
      if (!PyArg_ParseTuple(PyList_GET_ITEM(list, j), "O!ii", &PyCode_Type, &code, &offset, &line))
        return false;
      Py_INCREF(code);
      frames.push_back({code, offset, line});
    }
  }
  return true;
}

PyObject* set_engine(PyObject*, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"traits",
                                "via",
                                "run_code",
                                "run_globals",
                                "run_last_instruction",
                                "run_line",
                                "warn_instruction",
                                "warn_line",
                                "debug_info_class",
                                "failure_class",
                                "none_keywords",
                                "warn_about_function",
                                "debug_stack",
                                nullptr};
  EngineObjects& with = engine();
  PyObject *traits = nullptr, *via = nullptr, *code = nullptr, *globals = nullptr,
           *debug_info = nullptr, *failure = nullptr, *none_keywords = nullptr, *warn = nullptr,
           *debug_stack = nullptr;
  if (!PyArg_ParseTupleAndKeywords(
          arguments, keywords, "O!OO!O!iiiiOOOOO", const_cast<char**>(names), &PyDict_Type, &traits,
          &via, &PyCode_Type, &code, &PyDict_Type, &globals, &with.run_place.offset,
          &with.run_place.line, &with.warn_place.offset, &with.warn_place.line, &debug_info,
          &failure, &none_keywords, &warn, &debug_stack))
    return nullptr;
  if (!set_traits(traits) || !set_via_frames(via)) return nullptr;
  keep(&with.run_place.code, code);
  with.warn_place.code = with.run_place.code;
  keep(&with.run_globals, globals);
  keep(&with.debug_info_class, debug_info);
  keep(&with.failure_class, failure);
  keep(&with.none_keywords, none_keywords);
  keep(&with.warn_about_function, warn);
  keep(&with.debug_stack, debug_stack);
  Py_RETURN_NONE;
}

// The functions that are in place, in the order of DeferredMethod: the native ones call one another
// where nobody has put another one there.
PyObject* set_dispatch(PyObject*, PyObject* functions) {
  if (PyTuple_GET_SIZE(functions) != kDeferredMethodCount)
    return PyErr_Format(PyExc_TypeError, "set_dispatch: %d functions", kDeferredMethodCount);
  auto& methods = engine().methods;
  for (std::size_t i = 0; i < methods.size(); ++i)
    keep(&methods[i], PyTuple_GET_ITEM(functions, static_cast<Py_ssize_t>(i)));
  set_deferred_methods(methods);
  Py_RETURN_NONE;
}

bool is_type(PyObject* object) {
  if (PyType_Check(object)) return true;
  PyErr_SetString(PyExc_TypeError, "a class is needed");
  return false;
}

PyObject* install_slots(PyObject*, PyObject* type) {
  if (!is_type(type)) return nullptr;
  install_native_init(reinterpret_cast<PyTypeObject*>(type));
  install_native_await(reinterpret_cast<PyTypeObject*>(type));
  Py_RETURN_NONE;
}

// set_delayed_calls(DelayedCall, __init__, globals, _cancelCallLater): None for what is not known
PyObject* set_delayed_calls(PyObject*, PyObject* arguments) {
  PyObject* given[4] = {};
  if (!PyArg_ParseTuple(arguments, "OOOO", &given[0], &given[1], &given[2], &given[3]))
    return nullptr;
  for (PyObject*& each : given)
    if (each == Py_None) each = nullptr;
  prepare_delayed_calls({reinterpret_cast<PyTypeObject*>(given[0]), given[1], given[2], given[3]});
  Py_RETURN_NONE;
}

// set_idle_turns(DelayedCall, activate_delay, __lt__, _insertNewDelayedCalls, globals, heappush)
PyObject* set_idle_turns(PyObject*, PyObject* arguments) {
  PyObject* given[6] = {};
  if (!PyArg_ParseTuple(arguments, "OOOOOO", &given[0], &given[1], &given[2], &given[3], &given[4],
                        &given[5]))
    return nullptr;
  if (given[0] == Py_None)
    prepare_idle_turns({});
  else
    prepare_idle_turns({reinterpret_cast<PyTypeObject*>(given[0]), given[1], given[2], given[3],
                        given[4], given[5]});
  Py_RETURN_NONE;
}

PyObject* called_flag(PyObject*, PyObject*) { return new_called_flag(); }

PyObject* unhook(PyObject*, PyObject* type) {
  if (!is_type(type)) return nullptr;
  unhook_finalizers(reinterpret_cast<PyTypeObject*>(type));
  Py_RETURN_NONE;
}

template <class Function>
PyCFunction as_method(Function* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function));
}

PyMethodDef g_functions[] = {
    {"start", as_method(start), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"stop", stop, METH_O, nullptr},
    {"is_on", is_on, METH_NOARGS, nullptr},
    {"lost_count", lost_count, METH_NOARGS, nullptr},
    {"path", path, METH_NOARGS, nullptr},
    {"dump", dump, METH_VARARGS, nullptr},
    {"trouble", trouble, METH_NOARGS, nullptr},
    {"mark", mark, METH_O, nullptr},
    {"serial", serial, METH_O, nullptr},
    {"native_function", native_function, METH_VARARGS, nullptr},
    {"original_of", original_of, METH_O, nullptr},
    {"set_twisted", as_method(set_twisted), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"set_engine", as_method(set_engine), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"set_dispatch", set_dispatch, METH_VARARGS, nullptr},
    {"set_driver", as_method(set_driver), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"install_slots", install_slots, METH_O, nullptr},
    {"set_delayed_calls", set_delayed_calls, METH_VARARGS, nullptr},
    {"set_idle_turns", set_idle_turns, METH_VARARGS, nullptr},
    {"set_log_context", as_method(set_log_context), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"called_flag", called_flag, METH_NOARGS, nullptr},
    {"unhook_finalizers", unhook, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr}};

PyModuleDef g_module = {PyModuleDef_HEAD_INIT,
                        "_recorder",
                        nullptr,
                        -1,
                        g_functions,
                        nullptr,
                        nullptr,
                        nullptr,
                        nullptr};

}  // namespace
}  // namespace reactortrack::recorder

PyMODINIT_FUNC PyInit__recorder() {
  using namespace reactortrack::recorder;
  if (!prepare_attributes() || !prepare_native_functions() || !prepare_ready_await() ||
      !prepare_called_flag())
    return nullptr;
  static const bool once = (platform::on_fork(&Recorder::forked), true);
  (void)once;
  PyObject* module = PyModule_Create(&g_module);
  if (module != nullptr &&
      (PyModule_AddStringConstant(module, "version", REACTORTRACK_VERSION) < 0 ||
       !add_monitor_type(module)))
    Py_CLEAR(module);
  return module;
}
