// What is looked at of a whole assessment now and then: what changed since the last, events, gender and protection, all of it on paper.
import type { Assessment, PlanItem } from "../api/types";
import { Gathered } from "./assessment-events";
import { Gender } from "./assessment-gender";
import { Whole } from "./assessment-print";
import { Since } from "./assessment-since";

/** One of these views. */
export default function AssessmentViews({ view, of, outcomes }: { view: "since" | "events" | "gender" | "print"; of: Assessment; outcomes: readonly PlanItem[] }) {
  if (view === "print") return <Whole of={of} outcomes={outcomes} />;
  if (view === "since") return <Since of={of} />;
  return view === "gender" ? <Gender of={of} /> : <Gathered of={of} />;
}
