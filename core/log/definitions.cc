// SPDX-License-Identifier: MIT
#include "core/log/definitions.h"

namespace reactortrack::log {

std::string Definitions::dotted_name(event::CallableId id) const {
  const event::Callable found = callable(id);
  const std::string_view module = text(found.module);
  const std::string_view name = text(found.name);
  std::string dotted;
  dotted.reserve(module.size() + 1 + name.size());
  dotted += module;
  if (!module.empty()) dotted += '.';
  dotted += name;
  return dotted;
}

std::string_view Definitions::info(std::string_view key) const {
  for (auto each = infos_.rbegin(); each != infos_.rend(); ++each)
    if (each->key == key) return each->value;
  return {};
}

void Definitions::rebase(const std::byte* from, const std::byte* to) {
  // Distances are taken between numbers: `from` may be freed memory.
  const auto move = [from, to](std::string_view* view) {
    if (view->data() == nullptr) return;
    const auto distance =
        reinterpret_cast<std::uintptr_t>(view->data()) - reinterpret_cast<std::uintptr_t>(from);
    *view = {reinterpret_cast<const char*>(to) + distance, view->size()};
  };
  for (std::string_view& text : texts_) move(&text);
  for (event::Info& info : infos_) {
    move(&info.key);
    move(&info.value);
  }
}

}  // namespace reactortrack::log
