/* SPDX-License-Identifier: MIT */
/* The page, compressed: REACTORTRACK_PAGE_GZIP is its path. */
  .section .rodata
  .global reactortrack_page_begin
  .global reactortrack_page_end
  .balign 16
reactortrack_page_begin:
  .incbin REACTORTRACK_PAGE_GZIP
reactortrack_page_end:
  .byte 0
  .section .note.GNU-stack, "", %progbits
