/** Turns mouse, fingers and keys over a chart into what a person means by them. */

export interface Gestures {
  /** Look at the place `x`, in pixels from the left edge of the chart; undefined to look away. */
  point(x: number | undefined): void;
  /** Make the place `x` `factor` times as wide, and move it by `shift` pixels. */
  zoom(x: number, factor: number, shift: number): void;
  reset(): void;
}

/** How long what a finger has shown stays after it was lifted. */
const LINGER = 4000;

/** Listens on an element until the answer is called. */
export function listen(element: HTMLElement, on: Gestures): () => void {
  const fingers = new Map<number, number>();
  let lingering: ReturnType<typeof setTimeout> | undefined;
  let dragged: number | undefined;
  const place = (event: MouseEvent) => event.clientX - element.getBoundingClientRect().left;
  const extent = () => {
    const places = [...fingers.values()];
    return {
      middle: (Math.min(...places) + Math.max(...places)) / 2,
      width: Math.max(...places) - Math.min(...places),
    };
  };

  const down = (event: PointerEvent) => {
    clearTimeout(lingering);
    if (event.pointerType === "mouse") {
      dragged = place(event);
      element.setPointerCapture(event.pointerId);
      return;
    }
    fingers.set(event.pointerId, place(event));
    on.point(fingers.size === 1 ? place(event) : undefined);
  };
  const move = (event: PointerEvent) => {
    const x = place(event);
    if (event.pointerType === "mouse") {
      if (dragged !== undefined && event.buttons) {
        on.zoom(x, 1, x - dragged);
        dragged = x;
      }
      on.point(x);
      return;
    }
    if (!fingers.has(event.pointerId)) return;
    const before = extent();
    fingers.set(event.pointerId, x);
    if (fingers.size === 1) {
      on.point(x);
    } else {
      const now = extent();
      on.zoom(now.middle, Math.max(now.width, 10) / Math.max(before.width, 10), now.middle - before.middle);
    }
  };
  const up = (event: PointerEvent) => {
    dragged = undefined;
    if (!fingers.delete(event.pointerId)) return;
    lingering = setTimeout(() => on.point(undefined), LINGER);
  };
  const leave = (event: PointerEvent) => {
    if (event.pointerType === "mouse") on.point(undefined);
  };
  // With the control key, which is also what a touchpad's pinch arrives as; a bare wheel scrolls the page.
  const wheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    on.zoom(place(event), Math.exp(-event.deltaY / 300), 0);
  };
  const reset = () => on.reset();

  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("pointerleave", leave);
  element.addEventListener("wheel", wheel, { passive: false });
  element.addEventListener("dblclick", reset);
  return () => {
    clearTimeout(lingering);
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", up);
    element.removeEventListener("pointerleave", leave);
    element.removeEventListener("wheel", wheel);
    element.removeEventListener("dblclick", reset);
  };
}
