// SPDX-License-Identifier: MIT
//
// The native `reactortrack`: reads the command line and hands over to a sub-command.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/terminal.h"

namespace reactortrack::cli {

namespace {

constexpr std::array<const Command*, 9> kCommands = {
    &kRun, &kFindings, &kWaits, &kSummary, &kEvents, &kShow, &kTests, &kMap, &kReport};

// Other names of this executable, and the command that each stands for.
constexpr std::array<std::pair<std::string_view, const Command*>, 2> kOtherNames = {
    {{"monitor2map", &kMap}, {"model2map", &kMap}}};

constexpr const char* kMainSections =
    R"(ENVIRONMENT
NO_COLOR: when set, no output is coloured. Output that does not go to a terminal never is.

EXIT STATUS
  0      done
  1      the recording could not be read to its end; what could be read was printed
  2      the command line makes no sense, or a file cannot be written
run ends with the status of the program it ran.

EXAMPLES
  reactortrack run app.py                        record a program
  reactortrack findings reactortrack-app.rtlog   what is wrong
  reactortrack waits reactortrack-app.rtlog      who waits for what
  reactortrack summary reactortrack-app.rtlog    what happened, in one page
  reactortrack events reactortrack-app.rtlog     all of it, one line an event
  reactortrack show reactortrack-app.rtlog 12    the history of Deferred #12
  reactortrack map reactortrack-app.rtlog        its map, in a browser
)";

class Help : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    const std::size_t width =
        std::clamp<std::size_t>(terminal_width(STDOUT_FILENO, 80), 60, 100) - 2;
    for (const Command* command : kCommands)
      if (app->get_name() == command->name) return command_page(*command, *app, width);
    return main_page(kCommands, *app, width);
  }
};

int usage_error(const CLI::App& app, const CLI::Error& error) {
  const auto chosen = app.get_subcommands();
  const std::string name = chosen.empty() ? "" : " " + chosen.front()->get_name();
  std::fprintf(stderr, "reactortrack%s: %s\nTry: reactortrack%s --help\n", name.c_str(),
               error.what(), name.c_str());
  return kUsageError;
}

// "--" ends the options of `run`. CLI11 would give what follows to the main command, so it is taken
// out here, if it stands before the command to be run.
void drop_end_of_options(const CLI::App& run, std::vector<std::string>* words) {
  for (std::size_t i = 1; i < words->size(); ++i) {
    const std::string word = (*words)[i];
    if (word == "--") {
      words->erase(words->begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
    if (!word.starts_with('-')) return;
    const CLI::Option* option = run.get_option_no_throw(word);
    if (option != nullptr && option->get_items_expected_max() != 0) ++i;  // its value
  }
}

int dispatch(std::vector<std::string> words) {
  CLI::App app("", "reactortrack");
  app.formatter(std::make_shared<Help>());
  app.footer(kMainSections);
  app.set_help_flag("-h,--help", "Print this page.");
  app.set_version_flag("--version", "reactortrack " REACTORTRACK_VERSION, "Print the version.");
  app.require_subcommand(1);

  std::array<std::function<int()>, kCommands.size()> actions;
  for (std::size_t i = 0; i < kCommands.size(); ++i) {
    CLI::App* sub =
        app.add_subcommand(std::string(kCommands[i]->name), std::string(kCommands[i]->summary));
    actions[i] = kCommands[i]->define(sub);
  }
  if (words.empty()) return usage_error(app, CLI::Error("", "a command is required"));
  const bool is_known = std::any_of(kCommands.begin(), kCommands.end(),
                                    [&](const Command* each) { return each->name == words[0]; });
  if (!is_known && !words[0].starts_with('-'))
    return usage_error(app, CLI::Error("", "there is no command \"" + words[0] + "\""));
  if (words[0] == kRun.name) drop_end_of_options(*app.get_subcommand("run"), &words);
  try {
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    app.parse(std::move(words));
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::Error& error) {
    return usage_error(app, error);
  }
  for (std::size_t i = 0; i < kCommands.size(); ++i)
    if (app.got_subcommand(std::string(kCommands[i]->name))) return actions[i]();
  return kUsageError;
}

}  // namespace

}  // namespace reactortrack::cli

int main(int argc, char** argv) {
  using namespace reactortrack::cli;
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  const std::string path = argc == 0 ? "" : argv[0];
  for (const auto& [name, command] : kOtherNames)
    if (path.substr(path.rfind('/') + 1) == name)
      words.insert(words.begin(), std::string(command->name));
  return dispatch(std::move(words));
}
