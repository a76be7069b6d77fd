// SPDX-License-Identifier: MIT
#include "core/replay/conversion.h"

#include <type_traits>
#include <variant>

#include "core/log/encoding.h"
#include "core/log/json_identities.h"

namespace reactortrack::replay {

Conversion::Conversion(log::Source* lines)
    : lines_(*lines),
      memory_(kFirstBytes),
      reader_({}, static_cast<std::uint32_t>(log::JsonIdentities::kSerialSlack)) {
  writer_.set_window(memory_);
  writer_.start();
  reader_.extend(written());
}

std::span<const std::byte> Conversion::written() const {
  return std::span(memory_).first(before_window_ + writer_.written());
}

bool Conversion::convert(std::uint64_t max_events) {
  event::Event event;
  std::uint64_t count = 0;
  bool any = false;
  while (count < max_events && lines_.next(&event)) {
    any = true;
    write(event);
    count += static_cast<std::uint8_t>(event::kind_of(event.body)) >= event::kFirstTimedKind;
  }
  reader_.extend(written());
  return any;
}

void Conversion::write(const event::Event& event) {
  make_room();
  std::visit(
      [&](const auto& body) {
        using Kind = std::remove_cvref_t<decltype(body)>;
        if constexpr (static_cast<std::uint8_t>(Kind::kKind) >= event::kFirstTimedKind)
          writer_.write(event.time_ns, body);
        else if constexpr (std::is_same_v<Kind, event::Info>)
          writer_.info(body.key, body.value);
        else
          writer_.define(body);
      },
      event.body);
}

// The Writer's window moves, it goes on.
void Conversion::make_room() {
  if (writer_.room() >= log::kMaxRecordBytes + 2 * log::kMaxTextBytes) return;
  before_window_ += writer_.written();
  memory_.resize(2 * memory_.size());
  writer_.set_window(std::span(memory_).subspan(before_window_));
}

}  // namespace reactortrack::replay
