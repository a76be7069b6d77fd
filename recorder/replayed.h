// SPDX-License-Identifier: MIT
//
// A stand-in for a generator that has raised: its send() and throw() raise the same again, with the
// same traceback. So the Python function that is to handle the exception can be called afterwards.
#pragma once

#include "recorder/object.h"

namespace reactortrack::recorder {

// Takes the exception in flight; `skipped` entries at the front of its traceback are left out, the
// caller's own frames will put them there again. New reference; nullptr with an exception.
PyObject* replay_of_exception(int skipped);

}  // namespace reactortrack::recorder
