// The one file that imports Preact: what the page uses of it. JSX itself comes from preact/jsx-runtime, which the compiler imports.
export { createContext, render } from 'preact';
export type { ComponentChildren, JSX } from 'preact';
export {
  useCallback,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'preact/hooks';
