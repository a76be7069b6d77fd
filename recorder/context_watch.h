// SPDX-License-Identifier: MIT
//
// ContextWatch: did the callbacks of a Deferred change context variables for the code that fired it?
//
//   ContextWatch watch;
//   ... callbacks run ...
//   watch.tell(deferred);
//
// Coroutines run in a context of their own and give it back; plain callbacks run in the context of
// whoever fires. Costs two loads and a reference count when nothing changed.
#pragma once

#include "recorder/object.h"

#include "recorder/contexts.h"

namespace reactortrack::recorder {

class ContextWatch {
 public:
  ContextWatch() : before_(Owned::share(rt_context_variables())) {}
  // An exception may be set.
  void tell(PyObject* deferred) const {
    if (rt_context_variables() != before_.get()) [[unlikely]]
      compare(deferred);
  }

 private:
  void compare(PyObject* deferred) const;

  Owned before_;  // kept, so that its address is not used again
};

}  // namespace reactortrack::recorder
