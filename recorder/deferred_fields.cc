// SPDX-License-Identifier: MIT
#include "recorder/deferred_fields.h"

#include "recorder/attributes.h"

namespace reactortrack::recorder {

FieldTable<kDeferredFieldCount, kDeferredMethodCount> g_deferred_fields;
FieldTable<kStatusFieldCount> g_status_fields;

void prepare_deferred_fields(PyObject* callbacks_name) {
  const Attributes& name = attributes();
  g_deferred_fields.prepare({callbacks_name, name.called, name.paused, name.result, name.running,
                             name.chained_to, name.debug_info, name.canceller, name.debug,
                             name.suppress});
  g_status_fields.prepare({name.deferred, name.waiting_on});
}

bool misses_callbacks(PyObject* deferred) {
  if (peek(deferred, DeferredField::kCallbacks) != nullptr) return false;
  const ExceptionAside aside;
  PyObject* name = g_deferred_fields.name(static_cast<int>(DeferredField::kCallbacks));
  return Py_TYPE(deferred)->tp_getattro == PyObject_GenericGetAttr &&
         _PyType_Lookup(Py_TYPE(deferred), name) == nullptr && !quiet_attribute(deferred, name);
}

void set_deferred_methods(const std::array<PyObject*, kDeferredMethodCount>& functions) {
  static const auto name = [](const char* text) { return PyUnicode_InternFromString(text); };
  static const std::array<PyObject*, kDeferredMethodCount> names = {
      name("addCallbacks"),       name("addBoth"),       name("callback"), name("errback"),
      name("_startRunCallbacks"), name("_runCallbacks"), name("pause"),    name("_continuation")};
  g_deferred_fields.set_methods(names, functions);
}

}  // namespace reactortrack::recorder
