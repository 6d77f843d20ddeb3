// An event that is opened from a number which counts it.
import { OneEvent } from "./context-events";

/** The facts of one event. */
export default function EventView({ id }: { id: string }) {
  return <OneEvent id={id} />;
}
