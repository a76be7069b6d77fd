// SPDX-License-Identifier: MIT
//
// libcairo, which draws text into pictures. It is opened when the first picture is drawn: the other
// commands start without it, and work where it is not installed (a wheel that was built elsewhere).
#pragma once

#include <cairo.h>

#include <string>

namespace reactortrack::cli {

#define REACTORTRACK_CAIRO_FUNCTIONS(each) \
  each(clip);                              \
  each(create);                            \
  each(destroy);                           \
  each(fill);                              \
  each(font_options_create);               \
  each(font_options_destroy);              \
  each(font_options_set_antialias);        \
  each(font_options_set_hint_metrics);     \
  each(get_scaled_font);                   \
  each(image_surface_create_for_data);     \
  each(move_to);                           \
  each(rectangle);                         \
  each(restore);                           \
  each(save);                              \
  each(scaled_font_get_type);              \
  each(select_font_face);                  \
  each(set_font_options);                  \
  each(set_font_size);                     \
  each(set_source_rgba);                   \
  each(show_text);                         \
  each(status);                            \
  each(status_to_string);                  \
  each(surface_destroy);                   \
  each(surface_write_to_png_stream)

struct CairoLibrary {
#define REACTORTRACK_MEMBER(name) decltype(&::cairo_##name) name = nullptr
  REACTORTRACK_CAIRO_FUNCTIONS(REACTORTRACK_MEMBER);
#undef REACTORTRACK_MEMBER
};

// nullptr, with a sentence in `error`, when it is not installed. Stays open until the process ends.
const CairoLibrary* cairo_library(std::string* error);

}  // namespace reactortrack::cli
