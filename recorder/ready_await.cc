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
  std::uint64_t told;   // events there were when it was made
};

PyTypeObject* g_type = nullptr;

ReadyAwait* as_await(PyObject* object) { return reinterpret_cast<ReadyAwait*>(object); }

// ---- What next() has to say ----------------------------------------------------------------------

#if PY_VERSION_HEX >= 0x030C0000
// From 3.12 on `await` of anything but a generator learns the result from a StopIteration, and making
// one takes ten times as long as handing it over. So there is one that is used again and again, as
// long as nobody else has kept or changed it; it holds the result until the ReadyAwait dies, which
// `await` sees to at once.
PyObject* g_stop = nullptr;
bool g_stop_holds = false;  // a result

PyStopIterationObject* as_stop(PyObject* object) {
  return reinterpret_cast<PyStopIterationObject*>(object);
}

bool is_ours_alone(PyObject* stop) {
  const PyStopIterationObject* parts = as_stop(stop);
  return Py_REFCNT(stop) == 1 && parts->dict == nullptr && parts->notes == nullptr &&
         parts->traceback == nullptr && parts->context == nullptr && parts->cause == nullptr &&
         parts->args != nullptr && PyTuple_CheckExact(parts->args) &&
         PyTuple_GET_SIZE(parts->args) == 1 && Py_REFCNT(parts->args) == 1;
}

// Takes the result out of the StopIteration, or gives it up to who has kept it.
void empty_stop() {
  if (!g_stop_holds) return;
  g_stop_holds = false;
  if (!is_ours_alone(g_stop)) {
    Py_CLEAR(g_stop);
    return;
  }
  PyStopIterationObject* parts = as_stop(g_stop);
  PyObject* value = std::exchange(parts->value, nullptr);
  PyObject* argument = PyTuple_GET_ITEM(parts->args, 0);
  Py_INCREF(Py_None);
  PyTuple_SET_ITEM(parts->args, 0, Py_None);
  Py_DECREF(argument);
  Py_XDECREF(value);
}

// False: there is none to be had.
bool raise_again(PyObject* result) {
  if (g_stop == nullptr) {
    g_stop = PyObject_CallOneArg(PyExc_StopIteration, Py_None);
    if (g_stop == nullptr) PyErr_Clear();
    if (g_stop == nullptr) return false;
    as_stop(g_stop)->suppress_context = 0;
  }
  // What is being handled becomes the context of what is raised.
  if (g_stop_holds || !is_ours_alone(g_stop) || as_stop(g_stop)->suppress_context) return false;
  if (const Owned handled(PyErr_GetHandledException()); handled) return false;
  PyStopIterationObject* parts = as_stop(g_stop);
  if (!PyObject_GC_IsTracked(parts->args)) PyObject_GC_Track(parts->args);
  Py_INCREF(result);
  PyTuple_SET_ITEM(parts->args, 0, result);  // over None, which is immortal
  Py_INCREF(result);
  Py_XSETREF(parts->value, result);
  g_stop_holds = true;
  Py_INCREF(g_stop);
  PyErr_SetRaisedException(g_stop);
  return true;
}
#else
void empty_stop() {}
bool raise_again(PyObject*) { return false; }
#endif

// StopIteration(result) is raised: what a generator that returns does.
void raise_stop(PyObject* result) {
  // What PyErr_SetObject would take for arguments or for the exception itself.
  if (PyTuple_Check(result) || PyExceptionInstance_Check(result)) {
    const Owned stop(PyObject_CallOneArg(PyExc_StopIteration, result));
    if (stop) PyErr_SetObject(PyExc_StopIteration, stop.get());
  } else {
    PyErr_SetObject(PyExc_StopIteration, result);
  }
}

// ---- The iterator --------------------------------------------------------------------------------

// The generator that this stands for, as far as it has got. Borrowed; nullptr with an exception.
PyObject* generator_of(ReadyAwait* self) {
  if (self->generator != nullptr) return self->generator;
  const bool returned = self->deferred == nullptr;
  self->generator = PyObject_CallOneArg(self->make_generator, returned ? Py_None : self->deferred);
  if (self->generator != nullptr && returned &&
      !Owned(PyObject_CallMethod(self->generator, "close", nullptr)))
    Py_CLEAR(self->generator);
  // From here on the generator holds it, and lets it go when it ends.
  if (self->generator != nullptr) Py_CLEAR(self->deferred);
  return self->generator;
}

// The result, if it is to be had at once. New reference, or nullptr without an exception.
PyObject* take_result(ReadyAwait* self) {
  if (self->generator != nullptr || self->deferred == nullptr || !is_ready(self->deferred))
    return nullptr;
  PyObject* result = peek(self->deferred, DeferredField::kResult);  // is_ready() has seen it
  Py_INCREF(result);
  // `await` comes here right after the event that told of it.
  Recorder& recorder = the_recorder();
  recorder.may_end_at_once(recorder.sink().event_count() == self->told ? self->deferred : nullptr);
  Py_CLEAR(self->deferred);
  recorder.may_end_at_once(nullptr);
  return result;
}

PyObject* next(PyObject* object) {
  ReadyAwait* self = as_await(object);
  if (PyObject* result = take_result(self)) {
    if (result != Py_None && !raise_again(result)) raise_stop(result);
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

// One that is not in use: `await` lets go of each before the next is made.
ReadyAwait* g_spare = nullptr;

void deallocate(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  empty_stop();
  clear(object);
  if (g_spare == nullptr) {
    g_spare = as_await(object);
    return;
  }
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
  ReadyAwait* made = std::exchange(g_spare, nullptr);
  if (made != nullptr)
    _Py_NewReference(reinterpret_cast<PyObject*>(made));
  else
    made = PyObject_GC_New(ReadyAwait, g_type);
  if (made == nullptr) return nullptr;
  Py_INCREF(deferred);
  Py_INCREF(make_generator);
  made->deferred = deferred;
  made->make_generator = make_generator;
  made->generator = nullptr;
  made->told = the_recorder().sink().event_count();
  PyObject_GC_Track(made);
  return reinterpret_cast<PyObject*>(made);
}

}  // namespace reactortrack::recorder
