// SPDX-License-Identifier: MIT
//
// What the reactor does with delayed calls, done natively: callLater(), and cancel() and reset() of
// what it gives.
//
// Each does what the Python function of that name does, in its order, where the function is that of a
// known release and nothing is odd: the clock is a function of C, no canceller or resetter of the
// program's is called, `debug` is off. Otherwise it leaves the call to the Python function, before
// anything has happened, so that errors have that function's frame.
#pragma once

#include "recorder/object.h"

namespace reactortrack::recorder {

// What of Twisted is known; nullptr: not. References for as long as hooks are installed.
struct DelayedCallObjects {
  PyTypeObject* type = nullptr;         // DelayedCall
  PyObject* init = nullptr;             // its __init__
  PyObject* globals = nullptr;          // the dictionary of twisted.internet.base
  PyObject* count_cancelled = nullptr;  // ReactorBase._cancelCallLater
};

// Once an installation. `objects` are kept.
void prepare_delayed_calls(const DelayedCallObjects& objects);

// What the native functions give who ask for one of them: new reference, or nullptr, with an exception
// or, where the Python function is to be called, without.
PyObject* native_call_later(PyObject* const* arguments, std::size_t flags, PyObject* names);
PyObject* native_call_cancel(PyObject* call);
PyObject* native_call_reset(PyObject* call, PyObject* seconds);

}  // namespace reactortrack::recorder
