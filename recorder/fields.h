// SPDX-License-Identifier: MIT
//
// Attributes of instances of a few known names, read and set by place.
//
//   FieldTable<2> table;                        // static: one for a kind of class
//   table.prepare({interned_a, interned_b});
//   PyObject* a = table.peek(instance, 0);      // borrowed, 2 ns; nullptr: ask the public API
//
// For each class the places of the names in the instances' value arrays are remembered, and what
// the class itself has under those names, for as long as the class does not change (its version
// tag) and no new names appear. A class with its own __getattribute__ or __setattr__, a property
// under one of the names, an instance with a dictionary, or a CPython without value arrays: all go
// through PyObject_GetAttr and PyObject_SetAttr, with the same result.
#pragma once

#include "recorder/object.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "recorder/instance_values.h"

namespace reactortrack::recorder {

template <int kCount, int kMethods = 0>
class FieldTable {
  struct Layout {
    PyTypeObject* type = nullptr;
    unsigned int version = 0;
    const void* names = nullptr;
    Py_ssize_t name_count = 0;
    bool reads = false;   // by place
    bool writes = false;  // by place
    Py_ssize_t place[kCount] = {};
    PyObject* of_class[kCount] = {};  // borrowed; nullptr: none, or a descriptor
    unsigned int methods = 0;         // a bit for each that is ours
  };

 public:
  // `names` are interned. Forgets everything.
  void prepare(const std::array<PyObject*, kCount>& names) {
    names_ = names;
    zero_ = PyLong_FromLong(0);  // there is only one
    forget();
  }

  // Methods that uses() is asked of: interned names, and the function that is ours for each.
  void set_methods(const std::array<PyObject*, kMethods>& names,
                   const std::array<PyObject*, kMethods>& functions) {
    method_names_ = names;
    functions_ = functions;
    forget();
  }

  PyObject* method_name(int method) const {
    return method_names_[static_cast<std::size_t>(method)];
  }

  // True when `object.method` is our function: no subclass and no instance has another.
  [[gnu::always_inline]] bool uses(PyObject* object, int method) {
    const Layout& layout = layout_of(Py_TYPE(object));
    if ((layout.methods >> method & 1) == 0) return false;
    // What has an array of values has only names that all instances share, and those were looked at.
    return rt_instance_values(object) != nullptr || !has_own(object, method);
  }

  PyObject* name(int field) const { return names_[static_cast<std::size_t>(field)]; }

  // The attribute, borrowed, where it can be had by place; otherwise nullptr, without an exception.
  [[gnu::always_inline]] PyObject* peek(PyObject* object, int field) {
    const Layout& layout = layout_of(Py_TYPE(object));
    if (!layout.reads) return nullptr;
    PyObject** values = rt_instance_values(object);
    if (values == nullptr) return nullptr;
    PyObject* value = layout.place[field] >= 0 ? values[layout.place[field]] : nullptr;
    return value != nullptr ? value : layout.of_class[field];
  }

  // Several attributes of one object. Void after any Python code has run, or an attribute was set.
  class View {
   public:
    // As FieldTable::peek().
    PyObject* peek(int field) const {
      if (values_ == nullptr) return nullptr;
      PyObject* value = layout_.place[field] >= 0 ? values_[layout_.place[field]] : nullptr;
      return value != nullptr ? value : layout_.of_class[field];
    }

   private:
    friend class FieldTable;
    View(const typename FieldTable::Layout& layout, PyObject* object)
        : layout_(layout), values_(layout.reads ? rt_instance_values(object) : nullptr) {}
    const typename FieldTable::Layout& layout_;
    PyObject** values_;
  };
  [[gnu::always_inline]] View view(PyObject* object) {
    return View(layout_of(Py_TYPE(object)), object);
  }

  // The attribute, new reference; nullptr with an exception.
  [[gnu::always_inline]] PyObject* get(PyObject* object, int field) {
    if (PyObject* value = peek(object, field)) {
      Py_INCREF(value);
      return value;
    }
    return PyObject_GetAttr(object, name(field));
  }

  // Its truth: 1, 0, or -1 with an exception.
  [[gnu::always_inline]] int is_true(PyObject* object, int field) {
    PyObject* value = peek(object, field);
    if (value == Py_False || value == zero_) return 0;
    if (value == Py_True) return 1;
    return truth_of(object, field, value);
  }
  // Of what peek() gave.
  [[gnu::noinline]] int truth_of(PyObject* object, int field, PyObject* value) {
    if (value != nullptr && PyLong_CheckExact(value)) return PyObject_IsTrue(value);
    const Owned owned(get(object, field));
    return owned ? PyObject_IsTrue(owned.get()) : -1;
  }

  // True for a class without __getattribute__, __getattr__ and __setattr__ of its own.
  static bool is_generic(PyTypeObject* type) {
    return type->tp_getattro == PyObject_GenericGetAttr &&
           type->tp_setattro == PyObject_GenericSetAttr;
  }

  // 0, or -1 with an exception.
  [[gnu::always_inline]] int set(PyObject* object, int field, PyObject* value) {
    const Layout& layout = layout_of(Py_TYPE(object));
    const Py_ssize_t place = layout.place[field];
    if (layout.writes && place >= 0) {
      PyObject** values = rt_instance_values(object);
      if (values != nullptr) {
        if (PyObject* old = values[place]) {
          // Set before: only the value changes, not which names are set or their order.
          Py_INCREF(value);
          values[place] = value;
          Py_DECREF(old);
          return 0;
        }
        if (rt_add_value(object, place, value)) return 0;
      }
    }
    return PyObject_SetAttr(object, name(field), value);
  }

 private:
  static constexpr std::size_t kLayouts = 64;

  [[gnu::always_inline]] const Layout& layout_of(PyTypeObject* type) {
    Layout& known = layouts_[(reinterpret_cast<std::uintptr_t>(type) >> 6) % kLayouts];
    if (known.type == type && known.version == type->tp_version_tag && known.version != 0)
        [[likely]] {
      Py_ssize_t count = 0;
      if (rt_shared_names(type, &count) == known.names && count == known.name_count) return known;
    }
    fill(type, &known);
    return known;
  }

  [[gnu::noinline]] void fill(PyTypeObject* type, Layout* out) {
    Layout& layout = *out;
    layout = Layout{};
    layout.type = type;
    layout.names = rt_shared_names(type, &layout.name_count);
    const bool usable = layout.names != nullptr;
    layout.reads = usable && type->tp_getattro == PyObject_GenericGetAttr;
    layout.writes = usable && type->tp_setattro == PyObject_GenericSetAttr;
    for (int i = 0; i < kCount; ++i) {
      PyObject* of_class = _PyType_Lookup(type, name(i));  // gives the type a version, too
      const bool descriptor = of_class != nullptr && (Py_TYPE(of_class)->tp_descr_get != nullptr ||
                                                      Py_TYPE(of_class)->tp_descr_set != nullptr);
      layout.place[i] = descriptor || !usable ? -1 : rt_place_of_name(type, name(i));
      layout.of_class[i] = descriptor ? nullptr : of_class;
    }
    for (int i = 0; i < kMethods; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (functions_[at] != nullptr && is_generic(type) &&
          _PyType_Lookup(type, method_names_[at]) == functions_[at] &&
          rt_place_of_name(type, method_names_[at]) < 0)
        layout.methods |= 1u << i;
    }
    layout.version = type->tp_version_tag;
  }

  // True when an instance that has a dictionary has the method's name in it.
  [[gnu::noinline]] bool has_own(PyObject* object, int method) {
    PyObject** dictionary = _PyObject_GetDictPtr(object);
    if (dictionary == nullptr || *dictionary == nullptr) return false;
    const int has = PyDict_Contains(*dictionary, method_name(method));
    if (has < 0) PyErr_Clear();
    return has > 0;
  }

  void forget() {
    for (Layout& layout : layouts_) layout = Layout{};
  }

  std::array<PyObject*, kCount> names_{};
  PyObject* zero_ = nullptr;
  std::array<PyObject*, kMethods> method_names_{};
  std::array<PyObject*, kMethods> functions_{};  // borrowed
  Layout layouts_[kLayouts];
};

}  // namespace reactortrack::recorder
