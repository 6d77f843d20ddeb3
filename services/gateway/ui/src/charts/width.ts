// Charts are drawn at the width that they have, so that their letters keep their size.
import { useLayoutEffect, useRef, useState } from "preact/hooks";

const STEP_PX = 20;
const LEAST_PX = 280;

/** Width of an element in CSS pixels, in steps, so that a slight resize redraws nothing. */
export function useWidth<E extends Element>(initial: number): { ref: { current: E | null }; width: number } {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(initial);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element || typeof ResizeObserver === "undefined") return undefined;
    const measure = () => {
      const now = element.getBoundingClientRect().width;
      if (now > 0) setWidth(Math.max(LEAST_PX, Math.floor(now / STEP_PX) * STEP_PX));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
