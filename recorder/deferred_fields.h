// SPDX-License-Identifier: MIT
//
// The attributes of a Deferred that the native engine reads and sets for every callback.
//
// For each class the places of the names in the instances' value arrays are remembered, and what
// the class itself has under those names, for as long as the class does not change (its version
// tag) and no new names appear. A class with its own __getattribute__ or __setattr__, a property
// under one of the names, an instance with a dictionary, or a CPython without value arrays: all go
// through PyObject_GetAttr and PyObject_SetAttr, with the same result.
#pragma once

#include "recorder/object.h"

#include <cstddef>
#include <cstdint>

#include "recorder/instance_values.h"

namespace reactortrack::recorder {

enum class DeferredField {
  kCallbacks,
  kCalled,
  kPaused,
  kResult,
  kRunning,
  kChainedTo,
  kDebugInfo,
  kCanceller,
  kDebug,
};
inline constexpr int kDeferredFieldCount = 9;

struct DeferredLayout {
  PyTypeObject* type = nullptr;
  unsigned int version = 0;
  const void* names = nullptr;
  Py_ssize_t name_count = 0;
  bool reads = false;   // by place
  bool writes = false;  // by place
  Py_ssize_t place[kDeferredFieldCount] = {};
  PyObject* of_class[kDeferredFieldCount] = {};  // borrowed; nullptr: none, or a descriptor
};

// `callbacks_name`: "callbacks" or "_callbacks". Once an installation.
void prepare_deferred_fields(PyObject* callbacks_name);

PyObject* deferred_field_name(DeferredField field);
const DeferredLayout& fill_layout(PyTypeObject* type);
extern DeferredLayout g_layouts[];
inline constexpr std::size_t kLayoutCount = 64;

inline const DeferredLayout& layout_of(PyTypeObject* type) {
  const DeferredLayout& known =
      g_layouts[(reinterpret_cast<std::uintptr_t>(type) >> 6) % kLayoutCount];
  if (known.type == type && known.version == type->tp_version_tag && known.version != 0)
      [[likely]] {
    Py_ssize_t count = 0;
    if (rt_shared_names(type, &count) == known.names && count == known.name_count) return known;
  }
  return fill_layout(type);
}

// The attribute, borrowed, where it can be had by place; otherwise nullptr, without an exception.
[[gnu::always_inline]] inline PyObject* peek(PyObject* deferred, DeferredField field) {
  const DeferredLayout& layout = layout_of(Py_TYPE(deferred));
  if (!layout.reads) return nullptr;
  PyObject** values = rt_instance_values(deferred);
  if (values == nullptr) return nullptr;
  const auto at = static_cast<int>(field);
  PyObject* value = layout.place[at] >= 0 ? values[layout.place[at]] : nullptr;
  return value != nullptr ? value : layout.of_class[at];
}

// The attribute, new reference; nullptr with an exception.
[[gnu::always_inline]] inline PyObject* get_field(PyObject* deferred, DeferredField field) {
  if (PyObject* value = peek(deferred, field)) {
    Py_INCREF(value);
    return value;
  }
  return PyObject_GetAttr(deferred, deferred_field_name(field));
}

// Its truth: 1, 0, or -1 with an exception.
inline int field_is_true(PyObject* deferred, DeferredField field) {
  PyObject* value = peek(deferred, field);
  if (value == Py_False) return 0;
  if (value == Py_True) return 1;
  const Owned owned(get_field(deferred, field));
  return owned ? PyObject_IsTrue(owned.get()) : -1;
}

// 0, or -1 with an exception.
[[gnu::always_inline]] inline int set_field(PyObject* deferred, DeferredField field,
                                            PyObject* value) {
  const DeferredLayout& layout = layout_of(Py_TYPE(deferred));
  const Py_ssize_t place = layout.place[static_cast<int>(field)];
  if (layout.writes && place >= 0) {
    PyObject** values = rt_instance_values(deferred);
    if (values != nullptr && values[place] != nullptr) {
      // Set before: only the value changes, not which names are set or their order.
      PyObject* old = values[place];
      Py_INCREF(value);
      values[place] = value;
      Py_DECREF(old);
      return 0;
    }
  }
  return PyObject_SetAttr(deferred, deferred_field_name(field), value);
}

}  // namespace reactortrack::recorder
