// SPDX-License-Identifier: MIT
//
// Learning of an object's end without holding it: a finalizer slot on its class.
//
// `tp_finalize` runs once, while the object is still whole, when its last reference goes or the
// garbage collector finds it. vars(), pickle, __slots__ and weak references are untouched by it. A
// class that has a __del__ of its own keeps it: its slot is called after ours. The slot is set when
// the first object of a class is met, so subclasses of any age get it.
#pragma once

#include "recorder/object.h"

namespace reactortrack::recorder {

enum class Watched { kDeferred, kFailure, kDelayedCall, kWaitedObject };

void hook_finalizer(PyTypeObject* type, Watched what);
destructor watching_finalizer(Watched what);

// Has the recorder told when `object` ends. 1 ns when its class is known.
inline void watch_death(PyObject* object, Watched what) {
  if (Py_TYPE(object)->tp_finalize != watching_finalizer(what)) [[unlikely]]
    hook_finalizer(Py_TYPE(object), what);
}

// Restores the slots of `type` and of all classes derived from it.
void unhook_finalizers(PyTypeObject* type);

}  // namespace reactortrack::recorder
