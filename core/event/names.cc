// SPDX-License-Identifier: MIT
#include "core/event/names.h"

namespace reactortrack::event {

std::span<const EventKind> all_kinds() {
  static constexpr auto kKinds = []<class... Kinds>(std::type_identity<std::variant<Kinds...>>) {
    return std::array{Kinds::kKind...};
  }(std::type_identity<Body>{});
  return kKinds;
}

std::optional<EventKind> parse_kind(std::string_view text) {
  for (const EventKind kind : all_kinds())
    if (word(kind) == text) return kind;
  return std::nullopt;
}

}  // namespace reactortrack::event
