// SPDX-License-Identifier: MIT
#include "recorder/names.h"

#include <cstring>

#include "recorder/loops.h"
#include "recorder/native_function.h"

namespace reactortrack::recorder {
namespace {

constexpr std::size_t kMostNamesPerCode = 16;

Py_ssize_t g_code_extra = -1;

// The UTF-8 of a str, without raising; what has no UTF-8 (lone surrogates) is empty.
std::string_view view(PyObject* text) {
  if (text == nullptr || !PyUnicode_Check(text)) return {};
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(text, &size);
  if (bytes == nullptr) {
    PyErr_Clear();
    return {};
  }
  return {bytes, static_cast<std::size_t>(size)};
}

// A type's module, borrowed from its dictionary; nullptr for types of C without one.
PyObject* module_of(PyTypeObject* type) {
  if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE) || type->tp_dict == nullptr) return nullptr;
  return PyDict_GetItemString(type->tp_dict, "__module__");
}

std::string_view qualified_name(PyTypeObject* type) {
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE)
    return view(reinterpret_cast<PyHeapTypeObject*>(type)->ht_qualname);
  const char* dot = std::strrchr(type->tp_name, '.');
  return dot != nullptr ? dot + 1 : type->tp_name;
}

std::string_view module_name(PyTypeObject* type) {
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) return view(module_of(type));
  const char* dot = std::strrchr(type->tp_name, '.');
  return dot != nullptr
             ? std::string_view(type->tp_name, static_cast<std::size_t>(dot - type->tp_name))
             : std::string_view();
}

PyObject* code_name(PyCodeObject* code) {
#if PY_VERSION_HEX >= 0x030B0000
  return code->co_qualname;
#else
  return code->co_name;
#endif
}

std::uint64_t pair_key(std::uint32_t high, std::uint32_t low) {
  return (static_cast<std::uint64_t>(high) << 32) | low;
}

}  // namespace

std::string dotted_name(PyTypeObject* type) {
  const std::string_view module = module_name(type);
  if (module.empty() || module == "builtins") return std::string(qualified_name(type));
  return std::string(module) + "." + std::string(qualified_name(type));
}

void Names::forget() {
  generation_ = sink_->definitions();
  strings_.clear();
  callables_.clear();
  stacks_.clear();
  for (RecentType& each : recent_types_) each = RecentType{};
  forget_addresses();
}

event::StringId Names::string(std::string_view text) {
  forget_if_new_recording();
  std::string key(text);
  const auto found = strings_.find(key);
  if (found != strings_.end()) return found->second;
  const event::StringId id = sink_->define(event::String{text});
  strings_.emplace(std::move(key), id);
  return id;
}

event::StringId Names::type(PyTypeObject* type) {
  forget_if_new_recording();
  RecentType& recent = recent_types_[(reinterpret_cast<std::uintptr_t>(type) >> 6) % kTypes];
  if (recent.type == type && recent.info.name == type->tp_name) [[likely]]
    return recent.info.id;
  const TypeInfo* known = types_.find(type);
  recent.type = type;
  if (known != nullptr && known->generation == generation_ && known->name == type->tp_name) {
    recent.info = *known;
  } else {
    recent.info = TypeInfo{type->tp_name, generation_, string(dotted_name(type))};
    types_.insert(type, recent.info);
  }
  return recent.info.id;
}

// ---- Code objects ------------------------------------------------------------------------------

Names::Place Names::places_[Names::kPlaces];
Names::Function Names::functions_[Names::kFunctions];

Map64<event::StackId>& Names::whole_stacks() {
  static auto* map = new Map64<event::StackId>;
  return *map;
}

void Names::forget_addresses() {
  for (Place& each : places_) each = Place{};
  for (Function& each : functions_) each = Function{};
  whole_stacks().clear();
}

void Names::on_code_death(void* info) {
  forget_addresses();
  delete static_cast<CodeInfo*>(info);
}

Names::CodeInfo* Names::info(PyCodeObject* code) {
  if (g_code_extra < 0) g_code_extra = rt_request_code_extra(&Names::on_code_death);
  auto* info = static_cast<CodeInfo*>(rt_code_extra(code, g_code_extra));
  if (info == nullptr) {
    info = new CodeInfo;
    if (rt_set_code_extra(code, g_code_extra, info) < 0)
      PyErr_Clear();  // leaks `info`, once a code
  }
  if (info->generation != generation_) define_code(code, info);
  return info;
}

void Names::define_code(PyCodeObject* code, CodeInfo* info) {
  const std::string_view file = view(code->co_filename);
  info->generation = generation_;
  info->sites.clear();
  info->names.clear();
  info->in_twisted = !twisted_directory_.empty() && file.starts_with(twisted_directory_);
  info->file = string(file);
  info->function = string(view(code_name(code)));
}

event::SiteId Names::site(PyCodeObject* code, int offset) {
  CodeInfo* known = info(code);
  for (const auto& [at, id] : known->sites)
    if (at == offset) return id;
  const int line = PyCode_Addr2Line(code, offset);
  const event::SiteId id = sink_->define(
      event::Site{known->file, known->function, line > 0 ? static_cast<std::uint32_t>(line) : 0u});
  known->sites.emplace_back(offset, id);
  return id;
}

event::SiteId Names::site_at_line(PyCodeObject* code, int line) {
  CodeInfo* known = info(code);
  const int at = -line;  // no offset is negative
  for (const auto& [key, id] : known->sites)
    if (key == at) return id;
  const event::SiteId id = sink_->define(
      event::Site{known->file, known->function, line > 0 ? static_cast<std::uint32_t>(line) : 0u});
  known->sites.emplace_back(at, id);
  return id;
}

// ---- Stacks ------------------------------------------------------------------------------------

event::StackId Names::extend(event::StackId caller, event::SiteId site) {
  const std::uint64_t key = pair_key(event::number(caller), event::number(site));
  if (const event::StackId* found = stacks_.find(key)) return *found;
  const event::StackId id = sink_->define(event::Stack{caller, site});
  stacks_.insert(key, id);
  return id;
}

event::StackId Names::stack(const rt_frame* frames, int count) {
  forget_if_new_recording();
  event::StackId id = event::StackId::kNone;
  for (int i = count - 1; i >= 0; --i) id = extend(id, site(frames[i].code, frames[i].offset));
  return id;
}

// A stack seen before is found by one look-up of its key. A clash would show a wrong stack: 1 in 10^7
// for a million different stacks.
event::StackId Names::stack(int depth) {
  constexpr std::uint64_t kSeed = 1;
  if (depth <= 0) return event::StackId::kNone;
  if (depth > kDeepestStack) depth = kDeepestStack;
  forget_if_new_recording();
  const std::uint64_t key = rt_stack_key(depth, kSeed);
  if (key == 0) return event::StackId::kNone;
  if (const event::StackId* found = whole_stacks().find(key)) [[likely]]
    return *found;
  rt_frame frames[kDeepestStack];
  const event::StackId id = stack(frames, rt_current_frames(frames, depth));
  whole_stacks().insert(key, id);
  return id;
}

event::StackId Names::stack_to_user(int depth) {
  constexpr std::uint64_t kSeed = 2;
  if (depth <= 0) return event::StackId::kNone;
  if (depth > kDeepestStack) depth = kDeepestStack;
  forget_if_new_recording();
  rt_frame frames[kDeepestStack];
  // Nearly always the caller is not Twisted itself: look at one frame before walking further.
  if (rt_current_frames(frames, 1) == 0) return event::StackId::kNone;
  Place& known = place(frames[0]);
  if (known.code == frames[0].code && known.offset == frames[0].offset) return known.id;
  if (!info(frames[0].code)->in_twisted) {
    const event::StackId id = stack(frames, 1);
    known = Place{frames[0].code, frames[0].offset, id};
    return id;
  }
  // All frames stand in the key, the outer ones for nothing.
  const std::uint64_t key = rt_stack_key(depth, kSeed + static_cast<std::uint64_t>(depth));
  if (const event::StackId* found = whole_stacks().find(key)) return *found;
  const int all = rt_current_frames(frames, depth);
  int count = 0;
  while (count < all && info(frames[count].code)->in_twisted) ++count;
  const event::StackId id = stack(frames, count < all ? count + 1 : all);
  whole_stacks().insert(key, id);
  return id;
}

event::StackId Names::traceback(PyObject* traceback) {
  forget_if_new_recording();
  event::StackId id = event::StackId::kNone;
  int count = 0;
  for (auto* entry = reinterpret_cast<PyTracebackObject*>(traceback);
       entry != nullptr && count < kDeepestStack; entry = entry->tb_next, ++count) {
    PyCodeObject* code = PyFrame_GetCode(entry->tb_frame);
    const event::SiteId at =
        entry->tb_lasti >= 0 ? site(code, entry->tb_lasti) : site_at_line(code, entry->tb_lineno);
    id = extend(id, at);
    Py_DECREF(code);
  }
  return id;
}

event::StackId Names::suspended(PyObject* outermost) {
  rt_frame frames[kDeepestStack];
  rt_frame inwards[kDeepestStack];
  int count = 0;
  Owned at = Owned::share(outermost);
  while (at && count < kDeepestStack && rt_suspended_frame(at.get(), &inwards[count])) {
    ++count;
    static PyObject* const of_coroutine = PyUnicode_InternFromString("cr_await");
    static PyObject* const of_generator = PyUnicode_InternFromString("gi_yieldfrom");
    Owned inner(
        PyObject_GetAttr(at.get(), PyCoro_CheckExact(at.get()) ? of_coroutine : of_generator));
    if (!inner) PyErr_Clear();
    at = std::move(inner);
  }
  forget_if_new_recording();
  // `await d` ends in the generator of Deferred.__await__: not a place anybody wrote.
  while (count > 1 && info(inwards[count - 1].code)->in_twisted) --count;
  for (int i = 0; i < count; ++i) frames[i] = inwards[count - 1 - i];
  return stack(frames, count);
}

// ---- Callables ---------------------------------------------------------------------------------

event::CallableId Names::named(std::string_view module, std::string_view name, event::SiteId site) {
  std::string key =
      std::string(module) + '\0' + std::string(name) + '\0' + std::to_string(event::number(site));
  const auto found = callables_.find(key);
  if (found != callables_.end()) return found->second;
  const event::StringId module_id = module.empty() ? event::StringId::kNone : string(module);
  const event::StringId name_id = string(name);
  const event::CallableId id = sink_->define(event::Callable{module_id, name_id, site});
  callables_.emplace(std::move(key), id);
  return id;
}

event::CallableId Names::function(PyObject* code_object, PyObject* name, PyObject* module) {
  const std::uint64_t mixed = (reinterpret_cast<std::uintptr_t>(code_object) ^
                               reinterpret_cast<std::uintptr_t>(name) << 20) *
                              0x9E3779B97F4A7C15u;
  Function& recent = functions_[mixed >> 56];
  if (recent.code == code_object && recent.qualified_name == name) return recent.id;
  auto* code = reinterpret_cast<PyCodeObject*>(code_object);
  CodeInfo* known = info(code);
  for (const Named& each : known->names) {
    if (each.qualified_name.get() != name) continue;
    recent = Function{code_object, name, each.id};
    return each.id;
  }
  const event::CallableId id =
      named(view(module), view(name), site_at_line(code, code->co_firstlineno));
  if (known->names.size() < kMostNamesPerCode) {
    // The name is kept, so that its address stands for it as long as the code lives.
    known->names.push_back({Owned::share(name), id});
    recent = Function{code_object, name, id};
  }
  return id;
}

event::CallableId Names::builtin(PyObject* callable) {
  PyObject* self = PyCFunction_GET_SELF(callable);
  const PyMethodDef* definition = reinterpret_cast<PyCFunctionObject*>(callable)->m_ml;
  PyTypeObject* bound_to = self == nullptr || PyModule_Check(self) ? nullptr
                           : PyType_Check(self) ? reinterpret_cast<PyTypeObject*>(self)
                                                : Py_TYPE(self);
  const char* bound_name = bound_to != nullptr ? bound_to->tp_name : nullptr;
  BuiltinInfo* known = builtins_.find(definition);
  if (known != nullptr && known->generation == generation_ && known->bound_to == bound_to &&
      known->bound_name == bound_name)
    return known->id;
  event::CallableId id{};
  if (bound_to != nullptr) {
    const std::string name = std::string(qualified_name(bound_to)) + "." + definition->ml_name;
    id = named(module_name(bound_to), name, event::SiteId::kNone);
  } else {
    id = named(view(reinterpret_cast<PyCFunctionObject*>(callable)->m_module), definition->ml_name,
               event::SiteId::kNone);
  }
  builtins_.insert(definition, BuiltinInfo{bound_to, bound_name, generation_, id});
  return id;
}

event::CallableId Names::partial(PyObject* callable, int depth) {
  Owned inner(PyObject_GetAttrString(callable, "func"));
  if (!inner) {
    PyErr_Clear();
    return instance(callable);
  }
  PyObject* function_object = inner.get();
  if (PyMethod_Check(function_object)) function_object = PyMethod_GET_FUNCTION(function_object);
  if (!PyFunction_Check(function_object)) return describe(inner.get(), depth + 1);
  auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function_object));
  auto* of = reinterpret_cast<PyFunctionObject*>(function_object);
  const std::string name = "partial(" + std::string(view(of->func_qualname)) + ")";
  return named(view(of->func_module), name, site_at_line(code, code->co_firstlineno));
}

// A LoopingCall, by what it calls.
event::CallableId Names::loop(PyObject* callable, PyObject* calls) {
  if (PyMethod_Check(calls)) calls = PyMethod_GET_FUNCTION(calls);
  if (!PyFunction_Check(calls)) return instance(callable);
  auto* of = reinterpret_cast<PyFunctionObject*>(calls);
  auto* code = reinterpret_cast<PyCodeObject*>(of->func_code);
  return named(view(of->func_module), "LoopingCall(" + std::string(view(of->func_qualname)) + ")",
               site_at_line(code, code->co_firstlineno));
}

// An object with a __call__ of its own.
event::CallableId Names::instance(PyObject* callable) {
  PyTypeObject* type = Py_TYPE(callable);
  event::SiteId at = event::SiteId::kNone;
  PyObject* call = _PyType_Lookup(type, Owned(PyUnicode_InternFromString("__call__")).get());
  if (call != nullptr && PyFunction_Check(call)) {
    auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(call));
    at = site_at_line(code, code->co_firstlineno);
  }
  return named(module_name(type), std::string(qualified_name(type)) + ".__call__", at);
}

event::CallableId Names::describe(PyObject* callable, int depth) {
  // A stand-in for one call may be that of a method, whose function may be another stand-in.
  if (PyObject* original = native_function_original(callable)) callable = original;
  if (PyMethod_Check(callable)) callable = PyMethod_GET_FUNCTION(callable);
  if (PyObject* original = native_function_original(callable)) callable = original;
  if (PyFunction_Check(callable)) {
    auto* of = reinterpret_cast<PyFunctionObject*>(callable);
    return function(of->func_code, of->func_qualname, of->func_module);
  }
  if (PyCFunction_Check(callable)) return builtin(callable);
  if (PyType_Check(callable)) {
    auto* type = reinterpret_cast<PyTypeObject*>(callable);
    return named(module_name(type), qualified_name(type), event::SiteId::kNone);
  }
  if (depth < 4 && std::strcmp(Py_TYPE(callable)->tp_name, "functools.partial") == 0)
    return partial(callable, depth);
  if (std::strcmp(Py_TYPE(callable)->tp_name, "LoopingCall") == 0)
    if (const Owned calls = looped_function(callable)) return loop(callable, calls.get());
  return instance(callable);
}

event::CallableId Names::callable(PyObject* callable) {
  forget_if_new_recording();
  return describe(callable, 0);
}

event::CallableId Names::generator(PyObject* generator) {
  forget_if_new_recording();
  PyCodeObject* code = rt_generator_code(generator);
  if (code == nullptr) return event::CallableId::kNone;
  static PyObject* const attribute = PyUnicode_InternFromString("__qualname__");
  Owned name(PyObject_GetAttr(generator, attribute));
  if (!name) PyErr_Clear();
  // A generator does not know its module; the file of its code says enough.
  return function(reinterpret_cast<PyObject*>(code), name ? name.get() : code_name(code), nullptr);
}

}  // namespace reactortrack::recorder
