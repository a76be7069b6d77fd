// SPDX-License-Identifier: MIT
#include "recorder/context_watch.h"

#include "recorder/recorder.h"

namespace reactortrack::recorder {
namespace {

constexpr int kMostVariables = 4;  // told of at a time

// Its value there, or nothing.
Owned value_in(PyObject* context, PyObject* variable) {
  PyObject* value = PyObject_GetItem(context, variable);
  if (value == nullptr) PyErr_Clear();
  return Owned(value);
}

// Tells of the variables of `one` that have another value, or none, in `other`; of those that both
// have only when `of_both` is set.
void tell_differences(PyObject* one, PyObject* other, bool of_both, event::DeferredId deferred,
                      int* told) {
  Recorder& recorder = the_recorder();
  const Owned variables(PyObject_GetIter(one));
  if (!variables) return PyErr_Clear();
  while (*told < kMostVariables) {
    const Owned variable(PyIter_Next(variables.get()));
    if (!variable) break;
    const Owned here = value_in(one, variable.get());
    const Owned there = value_in(other, variable.get());
    if (here.get() == there.get() || (there && !of_both)) continue;
    const Owned name(PyObject_GetAttrString(variable.get(), "name"));
    const char* text = name && PyUnicode_Check(name.get()) ? PyUnicode_AsUTF8(name.get()) : nullptr;
    PyErr_Clear();
    if (text == nullptr) continue;
    ++*told;
    recorder.write(event::ContextChanged{deferred, recorder.names().string(text),
                                         recorder.names().stack(recorder.settings().stack_depth)});
  }
  PyErr_Clear();
}

}  // namespace

void ContextWatch::compare(PyObject* deferred) const {
  Recorder& recorder = the_recorder();
  const ExceptionAside aside;
  if (!recorder.ready()) return;
  const Owned old(rt_context_with(before_.get()));
  const Owned now(rt_context_with(rt_context_variables()));
  if (!old || !now) return PyErr_Clear();
  const event::DeferredId id = recorder.id_of(deferred);
  int told = 0;
  tell_differences(now.get(), old.get(), true, id, &told);
  tell_differences(old.get(), now.get(), false, id, &told);
}

}  // namespace reactortrack::recorder
