// SPDX-License-Identifier: MIT
//
// What Python tells of Twisted's coroutine driver: python/reactortrack/_twisted.py finds it out.
#include "recorder/attributes.h"
#include "recorder/engine.h"
#include "recorder/recorder.h"

namespace reactortrack::recorder {

EngineObjects* const g_engine = new EngineObjects;
DriverObjects* const g_driver = new DriverObjects;

namespace {

// Keeps `value` in `*place`, for the lifetime of the hooks.
template <class Object>
void keep(Object** place, PyObject* value) {
  Py_XINCREF(value);
  auto* old = reinterpret_cast<PyObject*>(*place);
  *place = reinterpret_cast<Object*>(value);
  Py_XDECREF(old);
}

bool set_place(CallPlace* place, PyObject* places, const char* name) {
  PyObject* given = PyDict_GetItemString(places, name);
  PyObject* code = nullptr;
  if (given == nullptr) {
    PyErr_Format(PyExc_TypeError, "set_driver: place %s is missing", name);
    return false;
  }
  if (!PyArg_ParseTuple(given, "O!ii", &PyCode_Type, &code, &place->offset, &place->line))
    return false;
  keep(&place->code, code);
  return true;
}

}  // namespace

PyObject* set_driver(PyObject*, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"isinstance_checks",
                                "drives_yielded",
                                "plain_status",
                                "status_class",
                                "return_class",
                                "canceller_code",
                                "inline_callbacks",
                                "cancellable",
                                "got_result",
                                "places",
                                nullptr};
  DriverObjects& with = driver();
  int isinstance_checks = 0, drives_yielded = 0, plain_status = 0;
  PyObject *status_class = nullptr, *return_class = nullptr, *canceller_code = nullptr,
           *inline_callbacks = nullptr, *cancellable = nullptr, *got_result = nullptr,
           *places = nullptr;
  if (!PyArg_ParseTupleAndKeywords(
          arguments, keywords, "pppO!OO!OOOO!", const_cast<char**>(names), &isinstance_checks,
          &drives_yielded, &plain_status, &PyType_Type, &status_class, &return_class, &PyCode_Type,
          &canceller_code, &inline_callbacks, &cancellable, &got_result, &PyDict_Type, &places))
    return nullptr;
  const struct {
    CallPlace* place;
    const char* name;
  } all[] = {{&with.send, "send"},
             {&with.throw_into, "throw_into"},
             {&with.callback, "callback"},
             {&with.errback, "errback"},
             {&with.add_both, "add_both"},
             {&with.drives, "drives"},
             {&with.in_got_result, "in_got_result"},
             {&with.in_cancellable, "in_cancellable"}};
  for (const auto& each : all)
    if (!set_place(each.place, places, each.name)) return nullptr;
  with.isinstance_checks = isinstance_checks != 0;
  with.drives_yielded = drives_yielded != 0;
  keep(&with.status_class, status_class);
  keep(&with.return_class, return_class);
  keep(&with.canceller_code, canceller_code);
  keep(&with.inline_callbacks, inline_callbacks);
  keep(&with.cancellable, cancellable);
  keep(&with.got_result, got_result);
  keep(&the_recorder().twisted().got_result_stand_in, got_result);
  with.status_init =
      plain_status ? _PyType_Lookup(with.status_class, attributes().dunder_init) : nullptr;
  Py_RETURN_NONE;
}

}  // namespace reactortrack::recorder
