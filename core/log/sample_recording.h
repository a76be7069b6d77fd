// SPDX-License-Identifier: MIT
//
// For tests: recordings of any length, made by the Writer, and what was written, to compare.
#pragma once

#include <cstddef>
#include <memory>
#include <ostream>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "core/event/event.h"
#include "core/event/names.h"
#include "core/log/source.h"
#include "core/log/writer.h"

namespace reactortrack::log {

// A Writer with memory that grows, and the events it wrote as a Reader must hand them out.
class SampleRecording {
 public:
  SampleRecording();

  event::StringId string(std::string_view text);
  event::SiteId site(std::string_view file, std::string_view function, std::uint32_t line);
  event::StackId stack(event::StackId caller, event::SiteId site);
  event::CallableId callable(std::string_view module, std::string_view name,
                             event::SiteId site = {});
  void info(std::string_view key, std::string_view value);
  // A site, stack or callable as it is.
  template <class Kind>
  void define(const Kind& kind) {
    make_room();
    writer_.define(kind);
    expected_.push_back({time_ns_, kind});
  }
  template <class Kind>
  void write(std::int64_t time_ns, const Kind& kind) {
    make_room();
    writer_.write(time_ns, kind);
    expected_.push_back({time_ns_ = time_ns, kind});
  }

  std::span<const std::byte> bytes() const { return std::span(memory_).first(used()); }
  const std::vector<event::Event>& expected() const { return expected_; }
  std::size_t used() const { return full_ + writer_.written(); }

 private:
  void make_room();
  std::string_view keep(std::string_view text);

  std::vector<std::byte> memory_;
  std::size_t full_ = 0;  // bytes in memory before the Writer's window
  Writer writer_;
  std::uint32_t strings_ = 0;
  std::uint32_t sites_ = 0;
  std::uint32_t stacks_ = 0;
  std::uint32_t callables_ = 0;
  std::int64_t time_ns_ = 0;
  std::vector<event::Event> expected_;
  std::vector<std::unique_ptr<std::string>> texts_;
};

// A small program's recording: two Deferreds, a callback that fails, a wait, and every other kind
// of event once. About 800 bytes.
SampleRecording sample_program();

// `count` events of random kinds with random fields; ids are those of definitions made before.
SampleRecording random_recording(std::uint64_t seed, int count);

// All events up to the end. Texts are views of the Source's bytes.
std::vector<event::Event> read_all(Source* source);

// "fired deferred=1 ...": what a failing test shows.
std::string describe(const event::Event& event);
bool is_same(const event::Event& left, const event::Event& right);

}  // namespace reactortrack::log

namespace reactortrack::event {
inline bool operator==(const Event& left, const Event& right) { return log::is_same(left, right); }
inline void PrintTo(const Event& event, std::ostream* out) { *out << log::describe(event); }
}  // namespace reactortrack::event
