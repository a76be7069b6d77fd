// SPDX-License-Identifier: MIT
//
// The terminal that is written to, if it is one: how text is set off there, and how wide it is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reactortrack::cli {

// How text is set off. Plain when not written to a terminal, or when NO_COLOR is set.
class Style {
 public:
  explicit Style(bool coloured) : coloured_(coloured) {}
  // For what is written to this file descriptor.
  static Style of(int fd);

  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }
  std::string bad(std::string_view text) const { return wrap("35", text); }   // failures: magenta
  std::string warn(std::string_view text) const { return wrap("33", text); }  // warnings: yellow
  bool coloured() const { return coloured_; }

 private:
  std::string wrap(std::string_view code, std::string_view text) const;
  bool coloured_;
};

bool is_terminal(int fd);
// Columns of the terminal behind `fd`, or `otherwise`.
std::size_t terminal_width(int fd, std::size_t otherwise);

}  // namespace reactortrack::cli
