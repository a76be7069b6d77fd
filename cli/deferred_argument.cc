// SPDX-License-Identifier: MIT
#include "cli/deferred_argument.h"

#include <charconv>
#include <vector>

#include "core/text/text.h"
#include "core/text/wording.h"

namespace reactortrack::cli {

using text::clean;
using text::count_text;
using text::deferred_text;

namespace {

struct Number {
  std::uint64_t value = 0;
  bool is_address = false;  // written as 0x...
};

bool may_be_serial(const Number& number) {
  return !number.is_address && number.value != 0 && number.value <= UINT32_MAX;
}

std::optional<Number> parse_number(std::string_view text) {
  Number number;
  int base = 10;
  if (text.starts_with("#")) {
    text.remove_prefix(1);
  } else if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    base = 16;
    number.is_address = true;
  }
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), number.value, base);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string note_about_others(const std::vector<event::DeferredId>& all,
                              std::string_view argument) {
  if (all.size() < 2) return "";
  std::string note =
      "several Deferreds had the id() " + std::string(argument) + ", one after the other:";
  constexpr std::size_t kMaxNamed = 10;
  for (std::size_t i = 0; i < all.size() && i < kMaxNamed; ++i) note += " " + deferred_text(all[i]);
  if (all.size() > kMaxNamed) note += " ...";
  return note + "; this is the last, " + deferred_text(all.back());
}

}  // namespace

std::string not_found(const replay::Model& model, std::string_view argument) {
  const std::uint64_t count = model.deferreds().size();
  if (count == 0) return "no Deferred was recorded";
  const std::string range = count == 1 ? "the only one is " + deferred_text(model.deferreds()[0].id)
                                       : "there are " + count_text(count) + ", from " +
                                             deferred_text(model.deferreds().front().id) + " to " +
                                             deferred_text(model.deferreds().back().id);
  return "no Deferred " + std::string(argument) + " was recorded; " + range;
}

std::optional<FoundDeferred> find_deferred(const replay::Model& model, std::string_view argument,
                                           std::string* error) {
  const std::optional<Number> number = parse_number(argument);
  if (!number) {
    *error = "\"" + clean(argument) + "\" is no Deferred: write 12, #12, or its id() as 0x7f...";
    return std::nullopt;
  }
  const auto id = static_cast<event::DeferredId>(number->value);
  if (may_be_serial(*number) && model.find(id) != nullptr) return FoundDeferred{id, ""};

  std::vector<event::DeferredId> had_it;
  if (!argument.starts_with("#"))
    for (const replay::Deferred& each : model.deferreds())
      if (model.address(each) == number->value && number->value != 0) had_it.push_back(each.id);
  if (had_it.empty()) {
    *error = not_found(model, clean(argument));
    return std::nullopt;
  }
  return FoundDeferred{had_it.back(), note_about_others(had_it, argument)};
}

namespace {

// "fetch" names Client.fetch and fetch; "app.py:12" a line of any app.py.
bool is_at(const text::Wording& say, const event::Site& site, std::string_view argument) {
  const std::string function = say.text(site.function);
  if (function == argument || text::last_name(function) == argument) return true;
  const std::string place = say.place(site);
  return place == argument || place.ends_with("/" + std::string(argument));
}

bool is_called(const text::Wording& say, const replay::Deferred& deferred,
               std::string_view argument) {
  const replay::Origin& origin = say.model().origin(deferred);
  if (origin.coroutine != event::CallableId::kNone) {
    const std::string name = say.callable(origin.coroutine);
    if (name == argument || text::last_name(name) == argument) return true;
  }
  return origin.created_stack != event::StackId::kNone &&
         is_at(say, say.own_frame(origin.created_stack), argument);
}

}  // namespace

std::optional<FoundDeferred> find_deferred(const text::Wording& wording, std::string_view argument,
                                           std::string* error) {
  const replay::Model& model = wording.model();
  if (parse_number(argument)) return find_deferred(model, argument, error);
  std::vector<event::DeferredId> named;
  event::DeferredId best{};
  bool is_open = false;
  for (const replay::Deferred& each : model.deferreds()) {
    if (!is_called(wording, each, argument)) continue;
    named.push_back(each.id);
    if (is_open && each.fired()) continue;
    best = each.id;
    is_open = !each.fired();
  }
  if (named.empty()) {
    *error = "\"" + clean(argument) +
             "\" names no Deferred: write its number (12 or #12), its id()"
             " as 0x7f..., the function that made it, or the place as app.py:12";
    return std::nullopt;
  }
  FoundDeferred found{best, ""};
  if (named.size() > 1) {
    found.note = text::plural(named.size(), "Deferred fits", "Deferreds fit") + " \"" +
                 clean(argument) + "\":";
    constexpr std::size_t kMostNamed = 10;
    for (std::size_t i = 0; i < named.size() && i < kMostNamed; ++i)
      found.note += " " + deferred_text(named[i]);
    if (named.size() > kMostNamed) found.note += " ...";
    found.note += "; this is " + deferred_text(best) +
                  (is_open ? ", the newest that has not fired" : ", the newest");
  }
  return found;
}

std::optional<FoundDeferred> find_deferred(RecordingFile& file, std::string_view argument,
                                           std::string* error) {
  const std::optional<Number> number = parse_number(argument);
  if (number && may_be_serial(*number))
    return FoundDeferred{static_cast<event::DeferredId>(number->value), ""};
  replay::Model model;
  event::Event event;
  while (file.next(&event)) model.apply(event);
  file.restart();
  std::optional<FoundDeferred> found = find_deferred(model, argument, error);
  if (!found) *error = file.name() + ": " + *error;
  return found;
}

}  // namespace reactortrack::cli
