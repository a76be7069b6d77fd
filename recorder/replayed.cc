// SPDX-License-Identifier: MIT
#include "recorder/replayed.h"

namespace reactortrack::recorder {
namespace {

// The first item of the capsule-like tuple (type, value, traceback) is raised once.
PyObject* raise_again(PyObject* self, PyObject*) {
  PyObject* parts[3] = {};
  for (int i = 0; i < 3; ++i) {
    PyObject* part = PyTuple_GET_ITEM(self, i);
    parts[i] = part == Py_None ? nullptr : Owned::share(part).release();
  }
  PyErr_Restore(parts[0], parts[1], parts[2]);
  return nullptr;
}

PyMethodDef g_raise_again = {"send", raise_again, METH_VARARGS, nullptr};

}  // namespace

PyObject* replay_of_exception(int skipped) {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  const Owned owned_type(type), owned_value(value);
  Owned entries(traceback);
  for (int i = 0; i < skipped && entries; ++i)
    entries = Owned::share(
        reinterpret_cast<PyObject*>(reinterpret_cast<PyTracebackObject*>(entries.get())->tb_next));
  const Owned parts(PyTuple_Pack(3, type, value, entries ? entries.get() : Py_None));
  const Owned function(parts ? PyCFunction_New(&g_raise_again, parts.get()) : nullptr);
  const Owned types(function ? PyImport_ImportModule("types") : nullptr);
  const Owned maker(types ? PyObject_GetAttrString(types.get(), "SimpleNamespace") : nullptr);
  const Owned attributes(
      maker ? Py_BuildValue("{sOsO}", "send", function.get(), "throw", function.get()) : nullptr);
  static PyObject* const nothing = PyTuple_New(0);
  return attributes ? PyObject_Call(maker.get(), nothing, attributes.get()) : nullptr;
}

}  // namespace reactortrack::recorder
