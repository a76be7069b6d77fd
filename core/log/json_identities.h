// SPDX-License-Identifier: MIT
//
// JsonIdentities: which Deferred and which failure a JSON line speaks of. Lines of today carry
// serials; those of 2013 carry addresses only, and never tell of a Deferred's creation unless it was
// tracked from the start. What a line knows of something that no line introduced is handed out as
// the event that does: `adopted` or `failure`.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/event/event.h"

namespace reactortrack::log {

class JsonIdentities {
 public:
  // `events` takes what must be introduced.
  explicit JsonIdentities(std::vector<event::Event>* events) : events_(events) {}

  // Serials may run ahead of the lines by this much: the lines of a long recording may be filtered.
  static constexpr std::uint64_t kSerialSlack = 1u << 20;
  // For each line, with its time: one more serial is plausible.
  void begin_line(std::int64_t time_ns) {
    time_ns_ = time_ns;
    ++serial_limit_;
  }

  // A Deferred that the line itself introduces; without a serial it gets the next one.
  std::optional<event::DeferredId> introduce(std::optional<std::uint64_t> serial,
                                             std::optional<std::uint64_t> address);
  // One that the line refers to.
  std::optional<event::DeferredId> refer(std::optional<std::uint64_t> serial,
                                         std::optional<std::uint64_t> address);
  // The same for failures; `type` names the exception's class, none when the line does not say.
  std::optional<event::FailureId> introduce_failure(std::optional<std::uint64_t> serial);
  std::optional<event::FailureId> refer_to_failure(std::optional<std::uint64_t> serial,
                                                   event::StringId type);

  bool is_plausible(std::uint64_t serial) const { return serial >= 1 && serial <= serial_limit_; }

 private:
  struct Known {
    std::vector<bool> is_known;  // by serial
    std::uint32_t last = 0;      // highest serial seen

    bool add(std::uint32_t serial);  // whether it is new
  };
  std::optional<std::uint32_t> serial_or_next(std::optional<std::uint64_t> serial, Known* known);

  std::vector<event::Event>* events_;
  std::int64_t time_ns_ = 0;
  std::uint64_t serial_limit_ = kSerialSlack;
  Known deferreds_;
  Known failures_;
  std::unordered_map<std::uint64_t, event::DeferredId> by_address_;
};

}  // namespace reactortrack::log
