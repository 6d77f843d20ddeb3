// The views of a plan beside its tree; they come when one of them is wanted.
import type { ComponentType } from "preact";
import type { Plan } from "../api/types";
import { PlanCheck } from "./plan-check";
import { PlanChanges } from "./plan-checks";
import { PlanComments } from "./plan-comments";
import { PlanComparison } from "./plan-compare";
import { PlanCrosswalk } from "./plan-crosswalk";
import { PlanLinks } from "./plan-links";
import { PlanMandates } from "./plan-mandates";
import { PlanRisks } from "./plan-risks";
import { PlanWork } from "./plan-work";
import { PlanWorkbook } from "./plan-workbook";

const VIEWS: Readonly<Record<string, ComponentType<{ plan: Plan; plans: readonly Plan[] }>>> = {
  work: PlanWork,
  links: PlanLinks,
  risks: PlanRisks,
  budget: PlanCrosswalk,
  check: PlanCheck,
  compare: PlanComparison,
  comments: PlanComments,
  changes: PlanChanges,
  mandates: PlanMandates,
  workbook: PlanWorkbook,
};

/** One of them, by its name in the address; the check for a name that is none. */
export default function PlanViews({ plan, plans, view }: { plan: Plan; plans: readonly Plan[]; view: string }) {
  const View = VIEWS[view] ?? PlanCheck;
  return <View plan={plan} plans={plans} />;
}
