// SPDX-License-Identifier: MIT
//
// Finder: the Deferreds that a person's words mean, and the order of a table of them.
//
//   "fetch"        a name, type or path of theirs or of their callbacks has it in it (any case)
//   "Timeout"      or that of a failure that it was fired with or that one of its callbacks left
//   "cart.py:40"   made or attached to at that line
//   "#12"          that one
//
// Texts are compared once each, not once a Deferred: the words are looked for among the recording's
// strings, and Deferreds ask by number. So a million of them take some 20 ms.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/map/tree.h"
#include "core/replay/timeline.h"
#include "core/text/wording.h"

namespace reactortrack::wasm {

class Finder {
 public:
  // Must outlive it.
  explicit Finder(const replay::Timeline& timeline) : timeline_(timeline) {}

  // By index of the Deferred, from 1.
  std::vector<bool> found_flags(std::string_view words);

  // The frame of its own that a stack shows first; worked out once for each stack.
  event::Site own_frame(event::StackId stack);
  // What a Deferred's name is made of besides its number.
  event::StringId name_of(const replay::Deferred& deferred);
  // The places of strings in their order, so that sorting compares numbers.
  std::uint32_t rank(event::StringId text);

 private:
  class Needle;
  void rank_texts();

  const replay::Timeline& timeline_;
  std::vector<event::Site> own_frames_;
  std::vector<bool> own_frame_known_;
  std::vector<std::uint32_t> ranks_;
};

}  // namespace reactortrack::wasm
