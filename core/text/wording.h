// SPDX-License-Identifier: MIT
//
// How the things of a recording are called in text: short, and cleaned of control characters.
//
//   #12   ValueError: no such user   shop/cart.py:40 in checkout   in fetch of #3
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/event/event.h"
#include "core/log/definitions.h"
#include "core/replay/model.h"

namespace reactortrack::text {

std::string deferred_text(event::DeferredId id);  // "#12"

// Both must outlive the Wording; it sees what they know at the time of each call.
class Wording {
 public:
  Wording(const replay::Model& model, const log::Definitions& definitions)
      : model_(model), definitions_(definitions) {}

  const replay::Model& model() const { return model_; }
  const log::Definitions& definitions() const { return definitions_; }

  std::string text(event::StringId id) const;
  // "Deferred"; `otherwise` when it was not recorded, as in lines of 2013.
  std::string type(event::StringId id, std::string_view otherwise) const;
  std::string callable(event::CallableId id) const;             // "checkout", "fetch.<locals>.done"
  std::string callables(const replay::Attachment& both) const;  // "callback f, errback g", "both f"
  std::string defined_at(event::CallableId id) const;   // "shop/cart.py:38"; empty when not known
  bool is_twisteds(event::CallableId id) const;         // defined in Twisted itself
  std::string place(const event::Site& site) const;     // "shop/cart.py:40"
  std::string place_in(const event::Site& site) const;  // "shop/cart.py:40 in checkout"

  // The frame of a stack that its reader wants to see first: the innermost outside Twisted. The
  // line that started the reactor is on every stack and says nothing; where there is no other, it
  // is the innermost of all.
  event::Site own_frame(event::StackId stack) const;
  bool is_reactor_loop(const event::Site& site) const;  // the code that runs everything else
  std::string where(event::StackId stack) const;        // place_in(own_frame); empty for no stack
  // Innermost first.
  std::vector<event::Site> frames(event::StackId stack) const;

  std::string failure(event::FailureId id) const;  // "ValueError: no such user"
  std::string result(
      const event::Result& result) const;  // "None", "int", "str 'x'", "#5", "failure ..."
  // How a callback ended: "-> int", "raised ValueError", "-> failure ValueError".
  std::string outcome(const event::Result& result) const;
  // What was executing: "in checkout of #3", "in delayed call poll"; empty for nothing.
  std::string frame(const replay::Frame& frame) const;
  // How a wait came to be: "a callback returned it", "await".
  static std::string wait_kind(event::WaitKind how);
  static std::string cancel_effect(const event::CancelEffect& effect, event::DeferredId to);
  static std::string end_state(event::EndState state);
  static std::string lost_reason(event::LostReason reason);

 private:
  static constexpr std::size_t kMaxFrames = 1024;
  const replay::Model& model_;
  const log::Definitions& definitions_;
};

}  // namespace reactortrack::text
