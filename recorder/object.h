// SPDX-License-Identifier: MIT
//
// Python objects in C++: the header that every other one here includes first, and an owner for a
// reference.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <utility>
#include <vector>

namespace reactortrack::recorder {

// Owns one reference, or none.
class Owned {
 public:
  Owned() = default;
  explicit Owned(PyObject* owned) : object_(owned) {}
  static Owned share(PyObject* borrowed) {
    Py_XINCREF(borrowed);
    return Owned(borrowed);
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  Owned(Owned&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  [[gnu::always_inline]] Owned& operator=(Owned&& other) noexcept {
    // The old reference goes last: dropping it may run any Python code.
    PyObject* old = std::exchange(object_, std::exchange(other.object_, nullptr));
    Py_XDECREF(old);
    return *this;
  }
  [[gnu::always_inline]] ~Owned() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  PyObject* object_ = nullptr;
};

// Calls visit(type) for a class and all classes derived from it, now alive. Clears exceptions.
template <class Visit>
void for_each_class(PyTypeObject* root, Visit&& visit) {
  std::vector<Owned> open;
  open.push_back(Owned::share(reinterpret_cast<PyObject*>(root)));
  while (!open.empty()) {
    const Owned at = std::move(open.back());
    open.pop_back();
    visit(reinterpret_cast<PyTypeObject*>(at.get()));
    const Owned subclasses(PyObject_CallMethod(at.get(), "__subclasses__", nullptr));
    if (!subclasses) PyErr_Clear();
    for (Py_ssize_t i = 0; subclasses && i < PyList_GET_SIZE(subclasses.get()); ++i)
      open.push_back(Owned::share(PyList_GET_ITEM(subclasses.get(), i)));
  }
}

// Puts the exception in flight aside while something of ours runs, and back afterwards.
class ExceptionAside {
 public:
  ExceptionAside() { PyErr_Fetch(&type_, &value_, &traceback_); }
  ~ExceptionAside() { PyErr_Restore(type_, value_, traceback_); }
  // Borrowed; nullptr where there is none.
  PyObject* type() const { return type_; }
  PyObject* value() const { return value_; }
  PyObject* traceback() const { return traceback_; }
  ExceptionAside(const ExceptionAside&) = delete;
  ExceptionAside& operator=(const ExceptionAside&) = delete;

 private:
  PyObject* type_ = nullptr;
  PyObject* value_ = nullptr;
  PyObject* traceback_ = nullptr;
};

// As quiet_attribute(), with no exception in flight.
inline Owned found_quietly(PyObject* object, PyObject* name) {
  PyObject* of_class = _PyType_Lookup(Py_TYPE(object), name);
  if (of_class != nullptr && Py_TYPE(of_class)->tp_descr_set != nullptr &&
      (PyType_HasFeature(Py_TYPE(of_class), Py_TPFLAGS_HEAPTYPE) ||
       Py_IS_TYPE(of_class, &PyProperty_Type)))
    return Owned();
  PyObject* value = PyObject_GenericGetAttr(object, name);
  if (value == nullptr) PyErr_Clear();
  return Owned(value);
}

// An attribute, or nothing; never an exception, and no code of the program: its __getattribute__,
// __getattr__ and properties are passed over. An exception in flight stays.
inline Owned quiet_attribute(PyObject* object, PyObject* name) {
  if (PyErr_Occurred() == nullptr) [[likely]]
    return found_quietly(object, name);
  const ExceptionAside aside;  // with one in flight, a look-up fails
  return found_quietly(object, name);
}

// Its truth; false where there is none, or it cannot be told.
inline bool quiet_truth(PyObject* object, PyObject* name) {
  const Owned value = quiet_attribute(object, name);
  const int truth = value ? PyObject_IsTrue(value.get()) : 0;
  if (truth < 0) PyErr_Clear();
  return truth > 0;
}

}  // namespace reactortrack::recorder
