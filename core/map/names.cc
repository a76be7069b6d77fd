// SPDX-License-Identifier: MIT
#include "core/map/names.h"

#include "core/text/text.h"

namespace reactortrack::map {

std::string Names::of(const replay::Deferred& deferred) const {
  const text::Wording say = wording();
  const replay::Origin& origin = timeline_.model().origin(deferred);
  std::string name = text::deferred_text(deferred.id);
  std::string what = callable(origin.coroutine);
  if (what.empty()) what = say.text(say.own_frame(origin.created_stack).function);
  if (what.empty() || what == "<module>") {
    const std::string type = say.type(origin.type, "");
    what = type == "Deferred" ? std::string() : type;
  }
  if (!what.empty()) name.append(" ").append(what);
  return name;
}

std::string Names::of(const replay::Pair& pair) const {
  const replay::Attachment& both = timeline_.model().attachment(pair);
  const std::string callback = callable(both.callback);
  const std::string errback = callable(both.errback);
  if (errback.empty() || both.callback == both.errback) return callback;
  return callback.empty() ? "| " + errback : callback + " | " + errback;
}

std::string Names::callable(event::CallableId id) const {
  return id == event::CallableId::kNone ? std::string() : wording().callable(id);
}

std::string Names::of(const Tree& tree, std::uint32_t node) const {
  switch (tree.kind(node)) {
    case NodeKind::kRoot: return "all Deferreds";
    case NodeKind::kDeferred: return of(timeline_.model().deferred(tree.deferred(node)));
    case NodeKind::kPair: return of(timeline_.model().pair(tree.pair(node)));
    case NodeKind::kPortal: return "→ " + of(timeline_.model().deferred(tree.deferred(node)));
  }
  return {};
}

}  // namespace reactortrack::map
