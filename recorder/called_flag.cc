// SPDX-License-Identifier: MIT
#include "recorder/called_flag.h"

#include "recorder/instance_values.h"

namespace reactortrack::recorder {
namespace {

PyTypeObject* g_type = nullptr;
PyObject* g_name = nullptr;  // "called", interned

// Where the instances of the class that was met last have it.
struct {
  PyTypeObject* type = nullptr;
  const void* names = nullptr;
  Py_ssize_t name_count = 0;
  Py_ssize_t place = -1;
} g_known;

Py_ssize_t place_in(PyTypeObject* type) {
  Py_ssize_t count = 0;
  const void* names = rt_shared_names(type, &count);
  if (g_known.type != type || g_known.names != names || g_known.name_count != count)
    g_known = {type, names, count, rt_place_of_name(type, g_name)};
  return g_known.place;
}

// The instance's own value, borrowed, or nullptr without an exception.
PyObject* own_value(PyObject* call) {
  if (PyObject** values = rt_instance_values(call)) {
    const Py_ssize_t place = place_in(Py_TYPE(call));
    return place >= 0 ? values[place] : nullptr;
  }
  PyObject** dictionary = _PyObject_GetDictPtr(call);
  if (dictionary == nullptr || *dictionary == nullptr) return nullptr;
  PyObject* value = PyDict_GetItemWithError(*dictionary, g_name);
  if (value == nullptr) PyErr_Clear();
  return value;
}

PyObject* no_such_attribute(PyObject* call) {
  return PyErr_Format(PyExc_AttributeError, "'%.50s' object has no attribute '%U'",
                      Py_TYPE(call)->tp_name, g_name);
}

PyObject* get(PyObject*, PyObject* call, PyObject* owner) {
  if (call == nullptr || call == Py_None)
    return PyErr_Format(PyExc_AttributeError, "type object '%.50s' has no attribute '%U'",
                        reinterpret_cast<PyTypeObject*>(owner)->tp_name, g_name);
  PyObject* value = own_value(call);
  if (value == nullptr) return no_such_attribute(call);
  Py_INCREF(value);
  return value;
}

// 0 or -1; `value` nullptr: to be deleted.
int set_in_dictionary(PyObject* call, PyObject* value) {
  const Owned dictionary(PyObject_GenericGetDict(call, nullptr));
  if (!dictionary) return -1;
  if (value != nullptr) return PyDict_SetItem(dictionary.get(), g_name, value);
  const int done = PyDict_DelItem(dictionary.get(), g_name);
  if (done < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) {
    PyErr_Clear();
    no_such_attribute(call);
  }
  return done;
}

int set_own(PyObject* call, PyObject* value) {
  PyObject** values = value != nullptr ? rt_instance_values(call) : nullptr;
  const Py_ssize_t place = values != nullptr ? place_in(Py_TYPE(call)) : -1;
  if (place < 0) return set_in_dictionary(call, value);
  if (PyObject* old = values[place]) {
    Py_INCREF(value);
    values[place] = value;
    Py_DECREF(old);
    return 0;
  }
  return rt_add_value(call, place, value) ? 0 : set_in_dictionary(call, value);
}

int set(PyObject*, PyObject* call, PyObject* value) {
  if (set_own(call, value) < 0) return -1;
  if (value == Py_True ||
      (value != nullptr && PyLong_CheckExact(value) && PyObject_IsTrue(value) == 1))
    delayed_call_begins(call);
  return 0;
}

void deallocate(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

template <class Function>
void* slot(Function* function) {
  return reinterpret_cast<void*>(function);
}

}  // namespace

bool prepare_called_flag() {
  if (g_type != nullptr) return true;
  g_name = PyUnicode_InternFromString("called");
  PyType_Slot slots[] = {{Py_tp_descr_get, slot(get)},
                         {Py_tp_descr_set, slot(set)},
                         {Py_tp_dealloc, slot(deallocate)},
                         {0, nullptr}};
  PyType_Spec spec = {"reactortrack._recorder.CalledFlag", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT,
                      slots};
  if (g_name != nullptr) g_type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  return g_type != nullptr;
}

PyObject* called_value(PyObject* call) { return own_value(call); }
int set_called_value(PyObject* call, PyObject* value) { return set_own(call, value); }

PyObject* new_called_flag() { return PyObject_New(PyObject, g_type); }

}  // namespace reactortrack::recorder
