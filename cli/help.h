// SPDX-License-Identifier: MIT
//
// Pages of help, laid out like manual pages: NAME, SYNOPSIS, DESCRIPTION, OPTIONS, then the
// sections of the command itself.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace reactortrack::cli {

// The page of one command. `app` knows its options.
std::string command_page(const Command& command, const CLI::App& app, std::size_t width);

// The page of `reactortrack` itself.
std::string main_page(std::span<const Command* const> commands, const CLI::App& app,
                      std::size_t width);

}  // namespace reactortrack::cli
