// What is looked at of a whole assessment now and then: performance, gender and protection, all of it on paper.
import type { Assessment, PlanItem } from "../api/types";
import { Gender } from "./assessment-gender";
import { PerformanceOf } from "./assessment-performance";
import { Whole } from "./assessment-print";

/** One of these views. */
export default function AssessmentViews({ view, of, outcomes }: { view: "performance" | "gender" | "print"; of: Assessment; outcomes: readonly PlanItem[] }) {
  if (view === "print") return <Whole of={of} outcomes={outcomes} />;
  return view === "gender" ? <Gender of={of} /> : <PerformanceOf of={of} />;
}
