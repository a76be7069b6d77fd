// SPDX-License-Identifier: MIT
#include "recorder/native_function.h"

#include <structmember.h>

#include <cstddef>
#include <cstring>

namespace reactortrack::recorder {
namespace {

PyTypeObject* g_type = nullptr;

NativeFunction* as_native(PyObject* object) { return reinterpret_cast<NativeFunction*>(object); }

PyObject* call(PyObject* self, PyObject* const* arguments, std::size_t count, PyObject* keywords) {
  NativeFunction* function = as_native(self);
  return function->run(function, arguments, count, keywords);
}

PyObject* bind(PyObject* self, PyObject* instance, PyObject*) {
  if (instance == nullptr || instance == Py_None) {
    Py_INCREF(self);
    return self;
  }
  return PyMethod_New(self, instance);
}

PyObject* get_attribute(PyObject* self, PyObject* name) {
  PyObject* original = as_native(self)->original;
  if (PyUnicode_CompareWithASCIIString(name, "__class__") == 0) {
    PyObject* type = reinterpret_cast<PyObject*>(Py_TYPE(original));
    Py_INCREF(type);
    return type;
  }
  if (PyUnicode_CompareWithASCIIString(name, "__reduce_ex__") == 0)
    return PyObject_GenericGetAttr(self, name);
  return PyObject_GetAttr(original, name);
}

// As pickle and copy treat a function: by its name, as itself.
PyObject* reduce(PyObject* self, PyObject*) {
  return PyObject_GetAttrString(as_native(self)->original, "__qualname__");
}

int set_attribute(PyObject* self, PyObject* name, PyObject* value) {
  return PyObject_SetAttr(as_native(self)->original, name, value);
}

PyObject* represent(PyObject* self) { return PyObject_Repr(as_native(self)->original); }
Py_hash_t hash(PyObject* self) { return PyObject_Hash(as_native(self)->original); }

PyObject* compare(PyObject* self, PyObject* other, int operation) {
  if (operation != Py_EQ && operation != Py_NE) Py_RETURN_NOTIMPLEMENTED;
  PyObject* theirs = native_function_original(other);
  return PyObject_RichCompare(as_native(self)->original, theirs != nullptr ? theirs : other,
                              operation);
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(as_native(self)->original);
  Py_VISIT(Py_TYPE(self));
  return 0;
}

int clear(PyObject* self) {
  Py_CLEAR(as_native(self)->original);
  return 0;
}

void deallocate(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (as_native(self)->weak_references != nullptr) PyObject_ClearWeakRefs(self);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef g_methods[] = {{"__reduce_ex__", reduce, METH_O, nullptr},
                           {nullptr, nullptr, 0, nullptr}};

PyMemberDef g_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(NativeFunction, vectorcall), READONLY, nullptr},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(NativeFunction, weak_references), READONLY,
     nullptr},
    {nullptr, 0, 0, 0, nullptr}};

template <class Function>
void* slot(Function* function) {
  return reinterpret_cast<void*>(function);
}

// The interpreter remembers where it found a method only if nobody can change what its class does:
// else each `d.addCallback` is looked up anew.
#if defined(Py_TPFLAGS_IMMUTABLETYPE)
constexpr unsigned long kImmutable = Py_TPFLAGS_IMMUTABLETYPE;
#else
constexpr unsigned long kImmutable = 0;
#endif

}  // namespace

bool prepare_native_functions() {
  if (g_type != nullptr) return true;
  PyType_Slot slots[] = {{Py_tp_call, slot(PyVectorcall_Call)},
                         {Py_tp_descr_get, slot(bind)},
                         {Py_tp_getattro, slot(get_attribute)},
                         {Py_tp_setattro, slot(set_attribute)},
                         {Py_tp_repr, slot(represent)},
                         {Py_tp_hash, slot(hash)},
                         {Py_tp_richcompare, slot(compare)},
                         {Py_tp_traverse, slot(traverse)},
                         {Py_tp_clear, slot(clear)},
                         {Py_tp_dealloc, slot(deallocate)},
                         {Py_tp_members, g_members},
                         {Py_tp_methods, g_methods},
                         {0, nullptr}};
  PyType_Spec spec = {"reactortrack._recorder.NativeFunction", sizeof(NativeFunction), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | _Py_TPFLAGS_HAVE_VECTORCALL |
                          Py_TPFLAGS_METHOD_DESCRIPTOR | kImmutable,
                      slots};
  g_type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  return g_type != nullptr;
}

PyObject* new_native_function(PyObject* original, NativeRun run, const Note& note) {
  auto* function = PyObject_GC_New(NativeFunction, g_type);
  if (function == nullptr) return nullptr;
  Py_INCREF(original);
  function->vectorcall = call;
  function->original = original;
  function->run = run;
  function->note = note;
  function->weak_references = nullptr;
  PyObject_GC_Track(function);
  return reinterpret_cast<PyObject*>(function);
}

bool is_native_function(PyObject* object, NativeRun run) {
  return Py_TYPE(object) == g_type && as_native(object)->run == run;
}

PyObject* native_function_original(PyObject* object) {
  return Py_TYPE(object) == g_type ? as_native(object)->original : nullptr;
}

}  // namespace reactortrack::recorder
