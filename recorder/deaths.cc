// SPDX-License-Identifier: MIT
#include "recorder/deaths.h"

#include "recorder/loops.h"
#include "recorder/pointer_map.h"
#include "recorder/reactor.h"
#include "recorder/recorder.h"
#include "recorder/resources.h"

namespace reactortrack::recorder {
namespace {

// The finalizers that were there before, by class. A class that dies leaves its entry; another
// class at its address writes a new one when it is hooked, and one that merely inherits our slot
// has no __del__, which the generic finalizer of Python classes checks for itself.
PointerMap<destructor>& originals() {
  static auto* map = new PointerMap<destructor>;
  return *map;
}

void call_original(PyObject* object) {
  for (PyTypeObject* type = Py_TYPE(object); type != nullptr; type = type->tp_base) {
    if (destructor* original = originals().find(type)) {
      if (*original != nullptr) (*original)(object);
      return;
    }
  }
}

void finalize_deferred(PyObject* object) {
  the_recorder().collected(object);
  call_original(object);
}

void finalize_failure(PyObject* object) {
  the_recorder().failure_collected(object);
  call_original(object);
}

void finalize_delayed_call(PyObject* object) {
  delayed_call_collected(object);
  call_original(object);
}

void finalize_waited_object(PyObject* object) {
  resource_collected(object);
  loop_collected(object);
  call_original(object);
}

}  // namespace

destructor watching_finalizer(Watched what) {
  switch (what) {
    case Watched::kDeferred: return finalize_deferred;
    case Watched::kFailure: return finalize_failure;
    case Watched::kDelayedCall: return finalize_delayed_call;
    case Watched::kWaitedObject: return finalize_waited_object;
  }
  return nullptr;
}

void hook_finalizer(PyTypeObject* type, Watched what) {
  originals().insert(type, type->tp_finalize);
  type->tp_finalize = watching_finalizer(what);
}

void unhook_finalizers(PyTypeObject* root) {
  for_each_class(root, [](PyTypeObject* type) {
    const bool ours =
        type->tp_finalize == finalize_deferred || type->tp_finalize == finalize_failure ||
        type->tp_finalize == finalize_delayed_call || type->tp_finalize == finalize_waited_object;
    if (!ours) return;
    const destructor* original = originals().find(type);
    type->tp_finalize = original != nullptr ? *original : nullptr;
  });
}

}  // namespace reactortrack::recorder
