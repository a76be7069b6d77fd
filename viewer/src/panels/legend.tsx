// SPDX-License-Identifier: MIT
//
// What colours and glyphs mean. Core has them; here they are asked for once and handed down.
import { createContext, type ReactElement, type ReactNode, useContext } from 'react';
import { isDark, type Legend, type State, useAnswer, useSessionState } from '../session';
import { WORDS } from './words';

const EMPTY: Legend = { states: [], marks: [] };
const LegendContext = createContext<Legend>(EMPTY);

export function LegendProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const theme = useSessionState((state) => isDark(state) ? 'dark' : 'light');
  const size = useSessionState((state) => state.size.width > 0);
  const legend = useAnswer(`${theme} ${size}`, (core) => core.legend()).value;
  return <LegendContext value={legend ?? EMPTY}>{children}</LegendContext>;
}

/** The glyph on its colour, and the state's name: a state is never told by colour alone. */
export function StateMark({ state, word = true }: { readonly state: State; readonly word?: boolean }): ReactElement {
  const entry = useContext(LegendContext).states.find((each) => each.state === state);
  return (
    <span className="state-mark" title={entry?.word}>
      <Swatch colour={entry?.colour} ink={entry?.ink} pattern={entry?.pattern} glyph={entry?.glyph ?? ''} />
      <span className={word ? undefined : 'for-readers'}>{state}</span>
    </span>
  );
}

function Swatch({ colour, ink, pattern, glyph }: {
  readonly colour: string | undefined; readonly ink: string | undefined;
  readonly pattern?: string | undefined; readonly glyph: string;
}): ReactElement {
  return (
    <span
      className={`swatch pattern-${pattern ?? 'solid'}`} aria-hidden="true"
      style={{ backgroundColor: colour, color: ink }}
    >{glyph}</span>
  );
}

/** One line under the map. */
export function LegendStrip(): ReactElement {
  const legend = useContext(LegendContext);
  const cursor = legend.marks.find((each) => each.name === 'cursor');
  return (
    <ul className="legend-strip" aria-label={WORDS.legend}>
      {cursor === undefined ? null : (
        <li><span className="state-mark" title={cursor.word}><Swatch colour={cursor.colour} ink={undefined} glyph="" /><span>{WORDS.executing}</span></span></li>
      )}
      {legend.states.filter((each) => each.state !== 'running').map((each) => (
        <li key={each.state}><StateMark state={each.state} /></li>
      ))}
    </ul>
  );
}

/** All of it, for the dialog. */
export function LegendTable(): ReactElement {
  const legend = useContext(LegendContext);
  return (
    <>
      <h3>{WORDS.legendStates}</h3>
      <ul className="legend-table">
        {legend.states.map((each) => (
          <li key={each.state}><StateMark state={each.state} /><span className="quiet">{each.word}</span></li>
        ))}
      </ul>
      <h3>{WORDS.legendMarks}</h3>
      <ul className="legend-table">
        {legend.marks.map((each) => (
          <li key={each.name}>
            <span className="state-mark">
              <Swatch colour={each.name === 'cursor' ? each.colour : undefined} ink={undefined} pattern={`mark-${each.name}`} glyph="" />
              <span>{each.word}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
