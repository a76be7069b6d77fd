// SPDX-License-Identifier: MIT
//
// NativeFunction: a C++ function that stands in for a Python function and passes for it.
//
// It is what the recorder puts in place of `Deferred.addCallback` and the like. Attributes, repr,
// equality, hash and __class__ are those of the Python function it replaces, and it binds to
// instances as a function does (`d.callback` is a bound method whose __func__ is this object), so
// that inspect, mock and other people's patches see no difference. Calls go straight to `run`.
//
// Calling it costs about 25 ns less than a Python function; a Python wrapper with *args and
// **kwargs would cost 165-217 ns more (why this exists).
#pragma once

#include "recorder/object.h"

#include <cstdint>

namespace reactortrack::recorder {

struct NativeFunction;

// `arguments`, `count_and_flags`, `keywords` as in the vectorcall protocol. New reference.
using NativeRun = PyObject* (*)(NativeFunction* self, PyObject* const* arguments,
                                std::size_t count_and_flags, PyObject* keywords);

// What whoever makes a stand-in for one call notes for it.
struct Note {
  std::uint32_t number = 0;
  std::uint32_t generation = 0;  // of the recording
  std::int64_t time_ns = 0;
};

struct NativeFunction {
  PyObject_HEAD vectorcallfunc vectorcall;
  PyObject* original;  // owned: the Python function this stands in for
  NativeRun run;
  Note note;
  PyObject* weak_references;
};

// Makes the type ready. False with an exception on failure. Once a process.
bool prepare_native_functions();

// A new stand-in for `original`, which need not be a plain function.
PyObject* new_native_function(PyObject* original, NativeRun run, const Note& note = {});

// True for a stand-in that `run` is called of.
bool is_native_function(PyObject* object, NativeRun run);

// The function that `object` stands in for, borrowed; nullptr when it is no NativeFunction.
PyObject* native_function_original(PyObject* object);

// Calls the function that `self` stands in for, with the same arguments.
inline PyObject* call_original(NativeFunction* self, PyObject* const* arguments,
                               std::size_t count_and_flags, PyObject* keywords) {
  return PyObject_Vectorcall(self->original, arguments, count_and_flags, keywords);
}

}  // namespace reactortrack::recorder
