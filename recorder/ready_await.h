// SPDX-License-Identifier: MIT
//
// What `await` gets of a Deferred that has its result already: an iterator that returns it at once,
// in place of the generator that Deferred.__await__ makes (since 24.10).
//
// It passes for that generator where it is looked at, and becomes one where it is used otherwise:
// thrown into, closed, or sent to when the Deferred has changed in the meantime.
#pragma once

#include "recorder/object.h"

namespace reactortrack::recorder {

// Makes the type. False with an exception on failure. Once a process.
bool prepare_ready_await();

// True when `deferred`, whose result is no Failure, gives it at once. No exception.
bool is_ready(PyObject* deferred);

// An iterator for `deferred`, for which is_ready() is true; `make_generator` is the Python function
// that makes the generator. New reference; nullptr with an exception.
PyObject* new_ready_await(PyObject* deferred, PyObject* make_generator);

}  // namespace reactortrack::recorder
