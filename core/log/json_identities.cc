// SPDX-License-Identifier: MIT
#include "core/log/json_identities.h"

#include <algorithm>
#include <limits>

namespace reactortrack::log {

bool JsonIdentities::Known::add(std::uint32_t serial) {
  last = std::max(last, serial);
  if (serial >= is_known.size()) is_known.resize(serial + 1);
  const bool is_new = !is_known[serial];
  is_known[serial] = true;
  return is_new;
}

std::optional<std::uint32_t> JsonIdentities::serial_or_next(std::optional<std::uint64_t> serial,
                                                            Known* known) {
  const std::uint64_t wanted = serial.value_or(std::uint64_t{known->last} + 1);
  if (!is_plausible(wanted) || wanted >= std::numeric_limits<std::uint32_t>::max())
    return std::nullopt;
  return static_cast<std::uint32_t>(wanted);
}

std::optional<event::DeferredId> JsonIdentities::introduce(std::optional<std::uint64_t> serial,
                                                           std::optional<std::uint64_t> address) {
  const std::optional<std::uint32_t> number = serial_or_next(serial, &deferreds_);
  if (!number) return std::nullopt;
  deferreds_.add(*number);
  const event::DeferredId id{*number};
  if (address) by_address_[*address] = id;
  return id;
}

std::optional<event::DeferredId> JsonIdentities::refer(std::optional<std::uint64_t> serial,
                                                       std::optional<std::uint64_t> address) {
  if (!serial && address) {
    const auto found = by_address_.find(*address);
    if (found != by_address_.end()) return found->second;
  }
  const std::optional<std::uint32_t> number = serial_or_next(serial, &deferreds_);
  if (!number) return std::nullopt;
  const event::DeferredId id{*number};
  if (!address) {
    deferreds_.last = std::max(deferreds_.last, *number);
  } else if (deferreds_.add(*number)) {
    by_address_[*address] = id;
    events_->push_back({time_ns_, event::Adopted{.deferred = id, .address = {*address}}});
  }
  return id;
}

std::optional<event::FailureId> JsonIdentities::introduce_failure(
    std::optional<std::uint64_t> serial) {
  const std::optional<std::uint32_t> number = serial_or_next(serial, &failures_);
  if (!number) return std::nullopt;
  failures_.add(*number);
  return event::FailureId{*number};
}

std::optional<event::FailureId> JsonIdentities::refer_to_failure(
    std::optional<std::uint64_t> serial, event::StringId type) {
  const std::optional<std::uint32_t> number = serial_or_next(serial, &failures_);
  if (!number) return std::nullopt;
  const event::FailureId id{*number};
  if (type == event::StringId::kNone)
    failures_.last = std::max(failures_.last, *number);
  else if (failures_.add(*number))
    events_->push_back({time_ns_, event::FailureSeen{.failure = id, .type = type}});
  return id;
}

}  // namespace reactortrack::log
