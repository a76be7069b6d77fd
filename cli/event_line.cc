// SPDX-License-Identifier: MIT
#include "cli/event_line.h"

#include "core/event/names.h"
#include "core/text/event_text.h"
#include "core/text/text.h"

namespace reactortrack::cli {

using text::clock_text;
using text::left;
using text::right;

namespace {

constexpr std::size_t kClockWidth = 13;
constexpr std::size_t kThreadWidth = 3;
constexpr std::size_t kSubjectWidth = 7;
constexpr std::size_t kActionWidth = 14;
constexpr std::size_t kDetailWidth = 40;

}  // namespace

std::string event_line(const event::Event& event, const text::Wording& wording,
                       const Style& style) {
  const text::EventText said = text::event_text(event, wording.model().now(), wording);
  std::string line = style.dim(right(clock_text(event.time_ns), kClockWidth)) + "  ";
  if (wording.model().threads().size() > 1) {
    const replay::Model::Thread* thread = wording.model().current_thread();
    const std::uint32_t id = thread == nullptr ? 0 : number(thread->id);
    line += left("T" + std::to_string(id), kThreadWidth) + "  ";
  }
  line += style.bold(left(said.subject, kSubjectWidth)) + "  ";
  line += left(word(event::kind_of(event.body)), kActionWidth) + "  ";
  const std::string detail = said.last.empty() ? said.detail : left(said.detail, kDetailWidth);
  line += said.bad ? style.bad(detail) : detail;
  if (!said.last.empty()) line += "  " + style.dim(said.last);
  const std::size_t end = line.find_last_not_of(' ');
  line.resize(end == line.npos ? 0 : end + 1);
  return line + "\n";
}

}  // namespace reactortrack::cli
