// SPDX-License-Identifier: MIT
#include "recorder/ready_await.h"

#include "recorder/attributes.h"
#include "recorder/deferred_fields.h"
#include "recorder/recorder.h"

namespace reactortrack::recorder {
namespace {

struct ReadyAwait {
  PyObject_HEAD PyObject* deferred;  // nullptr: has returned
  PyObject* make_generator;
  PyObject* generator;  // the real one, once it is needed
};

PyTypeObject* g_type = nullptr;

ReadyAwait* as_await(PyObject* object) { return reinterpret_cast<ReadyAwait*>(object); }

// The generator that this stands for, as far as it has got. Borrowed; nullptr with an exception.
PyObject* generator_of(ReadyAwait* self) {
  if (self->generator != nullptr) return self->generator;
  const bool returned = self->deferred == nullptr;
  self->generator = PyObject_CallOneArg(self->make_generator, returned ? Py_None : self->deferred);
  if (self->generator != nullptr && returned &&
      !Owned(PyObject_CallMethod(self->generator, "close", nullptr)))
    Py_CLEAR(self->generator);
  return self->generator;
}

// The result, if it is to be had at once. New reference, or nullptr without an exception.
PyObject* take_result(ReadyAwait* self) {
  if (self->generator != nullptr || self->deferred == nullptr || !is_ready(self->deferred))
    return nullptr;
  PyObject* result = get_field(self->deferred, DeferredField::kResult);
  Py_CLEAR(self->deferred);
  return result;
}

PyObject* next(PyObject* object) {
  ReadyAwait* self = as_await(object);
  if (PyObject* result = take_result(self)) {
    if (result != Py_None) {
      // What PyErr_SetObject would take for arguments or for the exception itself.
      if (PyTuple_Check(result) || PyExceptionInstance_Check(result)) {
        const Owned stop(PyObject_CallOneArg(PyExc_StopIteration, result));
        if (stop) PyErr_SetObject(PyExc_StopIteration, stop.get());
      } else {
        PyErr_SetObject(PyExc_StopIteration, result);
      }
    }
    Py_DECREF(result);
    return nullptr;
  }
  if (self->deferred == nullptr && self->generator == nullptr) return nullptr;  // has returned
  PyObject* generator = generator_of(self);
  return generator != nullptr ? Py_TYPE(generator)->tp_iternext(generator) : nullptr;
}

PyObject* send(PyObject* object, PyObject* value) {
  if (value == Py_None) {
    PyObject* got = next(object);
    if (got == nullptr && !PyErr_Occurred()) PyErr_SetNone(PyExc_StopIteration);
    return got;
  }
  PyObject* generator = generator_of(as_await(object));
  return generator != nullptr
             ? PyObject_CallMethodObjArgs(generator, attributes().send, value, nullptr)
             : nullptr;
}

#if PY_VERSION_HEX >= 0x030A0000
PySendResult async_send(PyObject* object, PyObject* value, PyObject** out) {
  ReadyAwait* self = as_await(object);
  if (value == Py_None) {
    *out = take_result(self);
    if (*out != nullptr) return PYGEN_RETURN;
  }
  PyObject* generator = generator_of(self);
  *out = nullptr;
  return generator != nullptr ? PyIter_Send(generator, value, out) : PYGEN_ERROR;
}
#endif

PyObject* get_attribute(PyObject* object, PyObject* name) {
  // send, __next__ and what all objects have are ours; all else is the generator's.
  if (PyUnicode_CompareWithASCIIString(name, "__class__") != 0 &&
      (_PyType_Lookup(g_type, name) != nullptr))
    return PyObject_GenericGetAttr(object, name);
  PyObject* generator = generator_of(as_await(object));
  return generator != nullptr ? PyObject_GetAttr(generator, name) : nullptr;
}

PyObject* represent(PyObject* object) {
  return PyUnicode_FromFormat("<generator object Deferred.__iter__ at %p>", object);
}

int traverse(PyObject* object, visitproc visit, void* arg) {
  Py_VISIT(as_await(object)->deferred);
  Py_VISIT(as_await(object)->make_generator);
  Py_VISIT(as_await(object)->generator);
  Py_VISIT(Py_TYPE(object));
  return 0;
}

int clear(PyObject* object) {
  Py_CLEAR(as_await(object)->deferred);
  Py_CLEAR(as_await(object)->make_generator);
  Py_CLEAR(as_await(object)->generator);
  return 0;
}

void deallocate(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  clear(object);
  type->tp_free(object);
  Py_DECREF(type);
}

PyMethodDef g_methods[] = {{"send", send, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};

template <class Function>
void* slot(Function* function) {
  return reinterpret_cast<void*>(function);
}

}  // namespace

bool prepare_ready_await() {
  if (g_type != nullptr) return true;
  PyType_Slot slots[] = {{Py_tp_iter, slot(PyObject_SelfIter)},
                         {Py_tp_iternext, slot(next)},
#if PY_VERSION_HEX >= 0x030A0000
                         {Py_am_send, slot(async_send)},
#endif
                         {Py_tp_methods, g_methods},
                         {Py_tp_getattro, slot(get_attribute)},
                         {Py_tp_repr, slot(represent)},
                         {Py_tp_traverse, slot(traverse)},
                         {Py_tp_clear, slot(clear)},
                         {Py_tp_dealloc, slot(deallocate)},
                         {0, nullptr}};
  PyType_Spec spec = {"reactortrack._recorder.ReadyAwait", sizeof(ReadyAwait), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
  g_type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  return g_type != nullptr;
}

bool is_ready(PyObject* deferred) {
  // By place only: where that does not work, attributes may do anything when they are read.
  const auto fields = g_deferred_fields.view(deferred);
  const auto peek = [&fields](DeferredField field) { return fields.peek(static_cast<int>(field)); };
  if (peek(DeferredField::kCalled) != Py_True) return false;
  static PyObject* const zero = PyLong_FromLong(0);  // there is only one
  if (peek(DeferredField::kPaused) != zero) return false;
  PyObject* result = peek(DeferredField::kResult);
  return result != nullptr && !the_recorder().is_failure(result);
}

PyObject* new_ready_await(PyObject* deferred, PyObject* make_generator) {
  auto* made = PyObject_GC_New(ReadyAwait, g_type);
  if (made == nullptr) return nullptr;
  Py_INCREF(deferred);
  Py_INCREF(make_generator);
  made->deferred = deferred;
  made->make_generator = make_generator;
  made->generator = nullptr;
  PyObject_GC_Track(made);
  return reinterpret_cast<PyObject*>(made);
}

}  // namespace reactortrack::recorder
