// SPDX-License-Identifier: MIT
#include "recorder/replayed.h"

namespace reactortrack::recorder {
namespace {

// `self` is the list [type, value, traceback], and empty afterwards: the frames of the traceback will
// hold this function, and what it held would live until the garbage collector came.
PyObject* raise_again(PyObject* self, PyObject*) {
  PyObject* parts[3] = {};
  for (Py_ssize_t i = 0; i < 3 && i < PyList_GET_SIZE(self); ++i) {
    PyObject* part = PyList_GET_ITEM(self, i);
    parts[i] = part == Py_None ? nullptr : Owned::share(part).release();
  }
  if (PyList_SetSlice(self, 0, PyList_GET_SIZE(self), nullptr) < 0) PyErr_Clear();
  if (parts[0] == nullptr)
    PyErr_SetString(PyExc_RuntimeError, "raised already");
  else
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
  const Owned parts(Py_BuildValue("[OOO]", type, value, entries ? entries.get() : Py_None));
  const Owned function(parts ? PyCFunction_New(&g_raise_again, parts.get()) : nullptr);
  const Owned types(function ? PyImport_ImportModule("types") : nullptr);
  const Owned maker(types ? PyObject_GetAttrString(types.get(), "SimpleNamespace") : nullptr);
  const Owned attributes(
      maker ? Py_BuildValue("{sOsO}", "send", function.get(), "throw", function.get()) : nullptr);
  static PyObject* const nothing = PyTuple_New(0);
  return attributes ? PyObject_Call(maker.get(), nothing, attributes.get()) : nullptr;
}

}  // namespace reactortrack::recorder
