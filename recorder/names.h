// SPDX-License-Identifier: MIT
//
// Names: Python objects -> definitions in the recording. Strings, types, callables, sites and
// stacks are written once, when first met, and then stand as small numbers.
//
// What is known of a code object hangs on the code object itself (CPython's "code extra"), so the
// table holds no reference to it and learns of its death. Types are found by address and checked
// against their name, so that a new type at an old address is noticed.
//
// No call here runs Python code of the program, raises, or starts a garbage collection, with the
// exception of text_of(), which is only for `--values`.
#pragma once

#include "recorder/object.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/event/event.h"
#include "recorder/frames.h"
#include "recorder/pointer_map.h"
#include "recorder/sink.h"

namespace reactortrack::recorder {

// "module.Class" of a type; builtins without their module.
std::string dotted_name(PyTypeObject* type);

class Names {
 public:
  static constexpr int kDeepestStack = 64;

  explicit Names(Sink* sink) : sink_(sink) {}

  // Frames of files below this directory are Twisted's own.
  void set_twisted_directory(std::string directory) { twisted_directory_ = std::move(directory); }

  event::StringId string(std::string_view text);
  event::StringId type(PyTypeObject* type);
  event::StringId type_of(PyObject* object) { return type(Py_TYPE(object)); }
  // What `callable` is called in its source. Kept between calls by code and qualified name.
  event::CallableId callable(PyObject* callable);
  // A generator's or coroutine's function.
  event::CallableId generator(PyObject* generator);

  // The current stack, at most `depth` frames; none for depth 0.
  event::StackId stack(int depth);
  // The current stack from the innermost frame out to the first one that is not Twisted's own,
  // at most `depth` frames; none for depth 0.
  event::StackId stack_to_user(int depth);
  // `frames` innermost first.
  event::StackId stack(const rt_frame* frames, int count);
  // The stack of a traceback: its last entry, where it was raised, is the innermost.
  event::StackId traceback(PyObject* traceback);
  // Where a chain of coroutines that await one another is suspended, innermost first.
  event::StackId suspended(PyObject* outermost);

 private:
  struct Named {  // one name under which a code object's function is known
    Owned qualified_name;
    event::CallableId id;
  };
  struct BuiltinInfo {  // a function written in C, by its definition
    PyTypeObject* bound_to = nullptr;
    const char* bound_name = nullptr;
    std::uint32_t generation = 0;
    event::CallableId id{};
  };
  struct CodeInfo {
    std::uint32_t generation = 0;
    bool in_twisted = false;
    event::StringId file{};
    event::StringId function{};
    std::vector<std::pair<int, event::SiteId>> sites;  // by offset
    std::vector<Named> names;
  };
  struct Place {  // a stack of one frame
    const PyCodeObject* code = nullptr;
    int offset = 0;
    event::StackId id{};
  };
  struct TypeInfo {
    const char* name = nullptr;  // tp_name: checked, a type's address may be used again
    std::uint32_t generation = 0;
    event::StringId id{};
  };

  static void on_code_death(void* info);
  CodeInfo* info(PyCodeObject* code);
  void define_code(PyCodeObject* code, CodeInfo* info);
  event::SiteId site(PyCodeObject* code, int offset);
  event::SiteId site_at_line(PyCodeObject* code, int line);
  event::StackId extend(event::StackId caller, event::SiteId site);
  event::CallableId function(PyObject* code, PyObject* qualified_name, PyObject* module);
  event::CallableId builtin(PyObject* callable);
  event::CallableId partial(PyObject* callable, int depth);
  event::CallableId loop(PyObject* callable, PyObject* calls);
  event::CallableId instance(PyObject* callable);
  event::CallableId named(std::string_view module, std::string_view name, event::SiteId site);
  event::CallableId describe(PyObject* callable, int depth);
  void forget_if_new_recording() {
    if (generation_ != sink_->definitions()) forget();
  }
  void forget();

  Sink* sink_;
  std::string twisted_directory_;
  std::uint32_t generation_ = 0;
  std::unordered_map<std::string, event::StringId> strings_;
  std::unordered_map<std::string, event::CallableId> callables_;
  Map64<event::StackId> stacks_;                 // (caller, site)
  static Map64<event::StackId>& whole_stacks();  // by rt_stack_key()
  struct Function {
    const void* code = nullptr;
    const void* qualified_name = nullptr;
    event::CallableId id{};
  };
  // What was found lately by address. Emptied when a code object that we know dies: its address may
  // come back. Recent one-frame stacks (where callbacks are attached) by code and offset, recent
  // functions by code and name.
  static constexpr std::size_t kFunctions = 256;
  static Function functions_[kFunctions];
  static void forget_addresses();
  static constexpr std::size_t kPlaces = 256;
  static Place& place(const rt_frame& frame) {
    const std::uint64_t mixed = (reinterpret_cast<std::uintptr_t>(frame.code) ^
                                 static_cast<std::uint64_t>(frame.offset) << 32) *
                                0x9E3779B97F4A7C15u;
    return places_[mixed >> 56];
  }
  static Place places_[kPlaces];

  PointerMap<TypeInfo> types_;
  struct RecentType {
    const PyTypeObject* type = nullptr;
    TypeInfo info;
  };
  static constexpr std::size_t kTypes = 64;
  RecentType recent_types_[kTypes];
  PointerMap<BuiltinInfo> builtins_;
};

}  // namespace reactortrack::recorder
