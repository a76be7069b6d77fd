// SPDX-License-Identifier: MIT
//
// Finding hooks by name, and watching attributes.
#include "recorder/engine.h"

namespace reactortrack::recorder {

NativeRun hook_by_name(std::string_view name) {
  for (const std::vector<Hook>* table :
       {&kNativeDeferredHooks, &kCoroutineDriverHooks, &kWrappingDeferredHooks, &kObserverHooks,
        &kReactorHooks, &kResourceHooks, &kThreadHooks, &kLoopHooks, &kShutdownHooks})
    for (const Hook& hook : *table)
      if (name == hook.name) return hook.run;
  return nullptr;
}

namespace {

// Replaces one tp_setattro by another on `root` and on the classes derived from it that have it.
void exchange_setattr(PyTypeObject* root, setattrofunc from, setattrofunc to) {
  for_each_class(root, [from, to](PyTypeObject* type) {
    if (type->tp_setattro == from) type->tp_setattro = to;
    // The interpreter may have specialised attribute stores for this class.
    PyType_Modified(type);
  });
}

}  // namespace

void install_attribute_watch(PyTypeObject* type, setattrofunc watch) {
  exchange_setattr(type, PyObject_GenericSetAttr, watch);
}

void remove_attribute_watch(PyTypeObject* type, setattrofunc watch) {
  exchange_setattr(type, watch, PyObject_GenericSetAttr);
}

}  // namespace reactortrack::recorder
