// SPDX-License-Identifier: MIT
#include "cli/help.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>

#include "core/text/text.h"

namespace reactortrack::cli {

using text::left;
using text::wrapped;

namespace {

constexpr std::size_t kIndent = 7;         // of text under a heading, as in manual pages
constexpr std::size_t kOptionIndent = 14;  // of what is said about an option

std::string heading(std::string_view text) { return std::string(text) + "\n"; }

bool is_heading(std::string_view line) {
  return !line.empty() && std::all_of(line.begin(), line.end(), [](unsigned char c) {
    return std::isupper(c) != 0 || c == ' ';
  }) && line[0] != ' ';
}

// Text with headings in capitals on lines of their own.
std::string sections_text(std::string_view text, std::size_t width) {
  std::string out;
  std::string body;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + (line.size() < text.size() ? 1 : 0));
    if (is_heading(line)) {
      out += wrapped(body, kIndent, width) + "\n" + heading(line);
      body.clear();
    } else if (!line.empty()) {
      body.append(line).append("\n");
    }
  }
  out += wrapped(body, kIndent, width);
  return out;
}

std::string option_text(const CLI::Option& option, std::size_t width) {
  std::string names =
      option.get_positional() ? option.get_name(true, false) : option.get_name(false, true);
  for (std::size_t at = 0; (at = names.find(',', at)) != names.npos; at += 2)
    names.insert(at + 1, " ");
  if (!option.get_positional() && option.get_items_expected_max() != 0 &&
      !option.get_option_text().empty())
    names += " " + option.get_option_text();
  return std::string(kIndent, ' ') + names + "\n" +
         wrapped(option.get_description(), kOptionIndent, width);
}

std::string options_text(const CLI::App& app, bool positional, std::size_t width) {
  std::string out;
  for (const CLI::Option* option : app.get_options())
    if (option->get_positional() == positional) out += option_text(*option, width);
  return out;
}

std::string name_and_synopsis(const std::string& name, std::string_view summary,
                              std::string_view synopsis, std::size_t width) {
  return heading("NAME") + wrapped(name + " - " + std::string(summary), kIndent, width) + "\n" +
         heading("SYNOPSIS") + wrapped("reactortrack " + std::string(synopsis), kIndent, width);
}

}  // namespace

std::string command_page(const Command& command, const CLI::App& app, std::size_t width) {
  std::string page = name_and_synopsis("reactortrack " + std::string(command.name), command.summary,
                                       command.synopsis, width);
  page += "\n" + heading("DESCRIPTION") + wrapped(command.description, kIndent, width);
  const std::string arguments = options_text(app, true, width);
  if (!arguments.empty()) page += "\n" + heading("ARGUMENTS") + arguments;
  page += "\n" + heading("OPTIONS") + options_text(app, false, width);
  return page + sections_text(command.sections, width);
}

std::string main_page(std::span<const Command* const> commands, const CLI::App& app,
                      std::size_t width) {
  std::string page =
      name_and_synopsis("reactortrack", "shows what the Deferreds of a Twisted program do",
                        "COMMAND [OPTIONS] [ARGUMENTS]", width);
  page += "\n" + heading("DESCRIPTION") +
          wrapped(
              "Records the life of every Deferred of a Twisted program, without a change to the "
              "program, and tells it afterwards: what was created, attached, fired, executed "
              "and waited for, where, by whom, and how long it took.",
              kIndent, width);
  page += "\n" + heading("COMMANDS");
  for (const Command* command : commands)
    page +=
        std::string(kIndent, ' ') + left(command->name, 10) + std::string(command->summary) + "\n";
  page += "\n" +
          wrapped("reactortrack COMMAND --help tells everything about a command.", kIndent, width);
  page += "\n" + heading("OPTIONS") + options_text(app, false, width);
  return page + sections_text(app.get_footer(), width);
}

}  // namespace reactortrack::cli
