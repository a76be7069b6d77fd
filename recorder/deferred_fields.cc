// SPDX-License-Identifier: MIT
#include "recorder/deferred_fields.h"

#include "recorder/attributes.h"

namespace reactortrack::recorder {

DeferredLayout g_layouts[kLayoutCount];

namespace {
PyObject* g_names[kDeferredFieldCount];
}

void prepare_deferred_fields(PyObject* callbacks_name) {
  const Attributes& name = attributes();
  PyObject* const names[kDeferredFieldCount] = {callbacks_name,  name.called,    name.paused,
                                                name.result,     name.running,   name.chained_to,
                                                name.debug_info, name.canceller, name.debug};
  for (int i = 0; i < kDeferredFieldCount; ++i) g_names[i] = names[i];
  for (DeferredLayout& layout : g_layouts) layout = DeferredLayout{};
}

PyObject* deferred_field_name(DeferredField field) { return g_names[static_cast<int>(field)]; }

const DeferredLayout& fill_layout(PyTypeObject* type) {
  DeferredLayout& layout = g_layouts[(reinterpret_cast<std::uintptr_t>(type) >> 6) % kLayoutCount];
  layout = DeferredLayout{};
  layout.type = type;
  layout.names = rt_shared_names(type, &layout.name_count);
  const bool usable = layout.names != nullptr;
  layout.reads = usable && type->tp_getattro == PyObject_GenericGetAttr;
  layout.writes = usable && type->tp_setattro == PyObject_GenericSetAttr;
  for (int i = 0; i < kDeferredFieldCount; ++i) {
    PyObject* of_class = _PyType_Lookup(type, g_names[i]);  // gives the type a version, too
    const bool descriptor = of_class != nullptr && (Py_TYPE(of_class)->tp_descr_get != nullptr ||
                                                    Py_TYPE(of_class)->tp_descr_set != nullptr);
    layout.place[i] = descriptor || !usable ? -1 : rt_place_of_name(type, g_names[i]);
    layout.of_class[i] = descriptor ? nullptr : of_class;
  }
  layout.version = type->tp_version_tag;
  return layout;
}

}  // namespace reactortrack::recorder
