// SPDX-License-Identifier: MIT
#include "wasm/finder.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

namespace reactortrack::wasm {

namespace {

char lower(char unit) { return unit >= 'A' && unit <= 'Z' ? static_cast<char>(unit + 32) : unit; }

bool contains(std::string_view text, std::string_view lower_case) {
  return std::search(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end();
}

std::optional<std::uint32_t> number_in(std::string_view digits) {
  std::uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, problem] = std::from_chars(digits.data(), end, value);
  if (digits.empty() || stop != end || problem != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

// One search: what is looked for, and which strings have it.
class Finder::Needle {
 public:
  Needle(const replay::Model& model, const log::Definitions& definitions, std::string_view words)
      : model_(model), definitions_(definitions) {
    std::string text(words);
    std::transform(text.begin(), text.end(), text.begin(), lower);
    if (text.starts_with('#')) serial_ = number_in(std::string_view(text).substr(1));
    if (const auto colon = text.rfind(':'); colon != std::string::npos) {
      line_ = number_in(std::string_view(text).substr(colon + 1));
      if (line_) text.resize(colon);
    }
    has_it_.resize(definitions.string_count() + 1);
    if (serial_) return;
    for (std::uint32_t id = 1; id < has_it_.size(); ++id)
      has_it_[id] = contains(definitions.text(event::StringId{id}), text);
  }

  bool is(event::DeferredId id) const { return serial_ == number(id); }
  bool in(event::StringId id) const { return !line_ && has(id); }
  bool in(event::CallableId id) const {
    if (id == event::CallableId::kNone || line_) return false;
    const event::Callable callable = definitions_.callable(id);
    return has(callable.name) || has(callable.module) || in(definitions_.site(callable.site));
  }
  bool in(event::FailureId id) const {
    if (id == event::FailureId::kNone || line_) return false;
    const replay::Failure* failure = model_.find(id);
    return failure != nullptr && (has(failure->type) || has(failure->message));
  }
  bool in(const event::Site& site) const {
    if (line_) return has(site.file) && site.line == *line_;
    return has(site.file) || has(site.function);
  }

 private:
  bool has(event::StringId id) const { return number(id) < has_it_.size() && has_it_[number(id)]; }

  const replay::Model& model_;
  const log::Definitions& definitions_;
  std::optional<std::uint32_t> serial_;
  std::optional<std::uint32_t> line_;
  std::vector<bool> has_it_;
};

std::vector<bool> Finder::found_flags(std::string_view words) {
  const replay::Model& model = timeline_.model();
  const Needle needle(model, timeline_.source().definitions(), words);
  std::vector<bool> found(model.deferreds().size() + 1);
  std::size_t place = 0;
  for (const replay::Deferred& deferred : model.deferreds()) {
    bool is_found = needle.is(deferred.id) || needle.in(model.origin(deferred).type) ||
                    needle.in(model.origin(deferred).coroutine) ||
                    needle.in(own_frame(model.origin(deferred).created_stack)) ||
                    needle.in(deferred.fired_value().failure()) ||
                    needle.in(model.value(deferred).failure());
    for (auto at = deferred.first_pair; !is_found && at != replay::PairIndex::kNone;
         at = model.pair(at).next()) {
      const replay::Pair& pair = model.pair(at);
      is_found =
          needle.in(model.attachment(pair).callback) || needle.in(model.attachment(pair).errback) ||
          needle.in(own_frame(model.attachment(pair).stack)) || needle.in(pair.value().failure());
    }
    found[++place] = is_found;
  }
  return found;
}

event::Site Finder::own_frame(event::StackId stack) {
  if (stack == event::StackId::kNone) return {};
  const std::size_t place = number(stack);
  if (place >= own_frames_.size()) {
    const std::size_t count = timeline_.source().definitions().stack_count() + 1;
    if (place >= count) return {};
    own_frames_.resize(count);
    own_frame_known_.resize(count);
  }
  if (!own_frame_known_[place]) {
    const text::Wording say(timeline_.model(), timeline_.source().definitions());
    own_frames_[place] = say.own_frame(stack);
    own_frame_known_[place] = true;
  }
  return own_frames_[place];
}

event::StringId Finder::name_of(const replay::Deferred& deferred) {
  const replay::Origin& origin = timeline_.model().origin(deferred);
  const event::Callable coroutine = timeline_.source().definitions().callable(origin.coroutine);
  if (coroutine.name != event::StringId::kNone) return coroutine.name;
  const event::Site site = own_frame(origin.created_stack);
  return site.function != event::StringId::kNone ? site.function : origin.type;
}

std::uint32_t Finder::rank(event::StringId text) {
  const auto& definitions = timeline_.source().definitions();
  if (ranks_.size() != definitions.string_count() + 1) rank_texts();
  return number(text) < ranks_.size() ? ranks_[number(text)] : 0;
}

void Finder::rank_texts() {
  const auto& definitions = timeline_.source().definitions();
  std::vector<std::uint32_t> order(definitions.string_count());
  std::iota(order.begin(), order.end(), 1);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto left = definitions.text(event::StringId{a});
    const auto right = definitions.text(event::StringId{b});
    return left != right ? left < right : a < b;
  });
  ranks_.assign(order.size() + 1, 0);
  for (std::uint32_t at = 0; at < order.size(); ++at) ranks_[order[at]] = at + 1;
}

}  // namespace reactortrack::wasm
