// SPDX-License-Identifier: MIT
//
// Text for people: durations, counts, sizes, columns, and what must not reach a terminal.
//
// Everything that was recorded is somebody else's text. It passes through clean() before it is
// shown, so that no recording can send escape sequences to the terminal of its reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reactortrack::text {

// "812 ns", "45.2 us", "1.23 ms", "1.001 s", "2 min 05 s", "3 h 04 min", "2 d 03 h".
std::string duration_text(std::int64_t ns);

// Seconds since the start with six decimals, as the first column of `events`: "12.345678".
std::string clock_text(std::int64_t ns);

// "0", "1,234".
std::string count_text(std::uint64_t count);

// "1 event", "1,234 events". `many` is for words that do not just take an s.
std::string plural(std::uint64_t count, std::string_view one, std::string_view many = {});

// "812 bytes", "81.9 kB", "1.20 MB"; powers of ten, as disks and `ls --si` count.
std::string size_text(std::uint64_t bytes);

// A moment as UTC: "2026-11-23 05:52:00 UTC".
std::string date_text(std::int64_t unix_ns);

// `text` with control characters, and bytes that are no UTF-8, shown as \x1b.
std::string clean(std::string_view text);

// Columns that `text` takes: its characters. Wide ones count as one.
std::size_t width_of(std::string_view text);

// `text` followed (or preceded) by spaces up to `width`.
std::string left(std::string_view text, std::size_t width);
std::string right(std::string_view text, std::size_t width);

// Fills paragraphs so that no line is longer than `width`; each line begins with `indent` spaces.
// Lines that begin with a space already are kept as they are, for examples and tables.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

// The last of the dotted parts: "Deferred" of "twisted.internet.defer.Deferred". Parts within
// "<locals>" stay: "fetch.<locals>.done".
std::string_view last_name(std::string_view dotted);

// A path as short as a person needs it: from its package on in site-packages and the standard
// library, else its last two parts.
std::string_view short_path(std::string_view path);

// Whether a file belongs to Twisted itself.
bool is_twisted(std::string_view path);

}  // namespace reactortrack::text
