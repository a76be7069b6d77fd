// SPDX-License-Identifier: MIT
//
// The few pictures on buttons, drawn on 16 by 16.
import type { ReactElement, ReactNode } from 'react';

function Icon({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">{children}</svg>
  );
}

export function StartIcon(): ReactElement {
  return <Icon><path d="M3.5 3h1.6v10H3.5zM12.5 3v10L5.6 8z" /></Icon>;
}
export function PreviousIcon(): ReactElement {
  return <Icon><path d="M10.6 3v10L4 8z" /></Icon>;
}
export function PlayIcon(): ReactElement {
  return <Icon><path d="M4.5 2.6v10.8L13 8z" /></Icon>;
}
export function PauseIcon(): ReactElement {
  return <Icon><path d="M4 3h2.8v10H4zM9.2 3H12v10H9.2z" /></Icon>;
}
export function NextIcon(): ReactElement {
  return <Icon><path d="M5.4 3v10L12 8z" /></Icon>;
}
export function EndIcon(): ReactElement {
  return <Icon><path d="M12.5 3h-1.6v10h1.6zM3.5 3v10l6.9-5z" /></Icon>;
}
export function CopyIcon(): ReactElement {
  return <Icon><path fillRule="evenodd" d="M5 1.5h8.5V11H11v3.5H2.5V5H5zM6.2 5H11v4.8h1.3V2.7H6.2zM3.7 6.2v7.1h6.1V6.2z" /></Icon>;
}
export function SearchIcon(): ReactElement {
  return <Icon><path fillRule="evenodd" d="M7 2a5 5 0 1 0 3 9l3.2 3.2 1-1L11 10a5 5 0 0 0-4-8zm0 1.4a3.6 3.6 0 1 1 0 7.2 3.6 3.6 0 0 1 0-7.2z" /></Icon>;
}
export function CloseIcon(): ReactElement {
  return <Icon><path d="M4 3l4 4 4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z" /></Icon>;
}
export function CheckIcon(): ReactElement {
  return <Icon><path d="M6.4 12.2L2.6 8.4l1.1-1.1 2.7 2.7 5.9-6 1.1 1.1z" /></Icon>;
}
export function DotIcon(): ReactElement {
  return <Icon><circle cx="8" cy="8" r="3" /></Icon>;
}
export function MarkIcon(): ReactElement {
  return <Icon><path d="M1.5 2.5h13v11h-13z" fill="none" stroke="currentColor" strokeWidth="1.4" /><path d="M1.5 2.5h5.2v11H1.5z" opacity=".45" /><path d="M8.6 4.6h4v3.2h-4z" fill="var(--cursor)" /></Icon>;
}
