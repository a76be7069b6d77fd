// SPDX-License-Identifier: MIT
//
// Seeing the beginning of a delayed call: `called = 1` is the last thing the reactor does before it.
//
// A descriptor under that one name stands in the class DelayedCall. A __setattr__ of the class would
// be asked for each of the eleven attributes that a new DelayedCall gets, and keep the interpreter
// from setting the others by place. The value stands where it always does: in the instance, so that
// vars() and copies have it, and the class itself still has no such attribute.
#pragma once

#include "recorder/object.h"

namespace reactortrack::recorder {

// Once, when the module is made. False with an exception.
bool prepare_called_flag();
// A new descriptor that tells of each DelayedCall whose `called` is set to something true. nullptr
// with an exception.
PyObject* new_called_flag();
// `called` of a DelayedCall, past the descriptor: borrowed, or nullptr without an exception; and 0, or
// -1 with one.
PyObject* called_value(PyObject* call);
int set_called_value(PyObject* call, PyObject* value);
// Told of it, when it is set; raises nothing. In reactor.cc.
void delayed_call_begins(PyObject* call);

}  // namespace reactortrack::recorder
