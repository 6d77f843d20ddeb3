// Every screen by name, with the ids that the mission has now. Needs a page that is signed in.

/** Name → address. */
export async function addresses(page, mission) {
  await page.goto(`/m/${mission}`);
  const get = (path) => page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${mission}/${path}`);
  const first = async (path, list) => (await get(path))[list]?.[0];
  const [map, before] = (await get("context-maps")).context_maps ?? [];
  const [indicator, batch, assessment, sheet] = await Promise.all([first("indicators?page_size=500", "indicators"), first("imports", "batches"), first("assessments", "assessments"), first("fact-sheets", "fact_sheets")]);
  const dashboards = (await get("dashboards")).dashboards ?? [];
  const dashboard = dashboards.find((one) => one.may_change && one.shared);
  // With an outcome, and a map with events.
  const protection = dashboards.find((one) => one.tiles.some((tile) => tile.kind === "outcome"));
  const contribution = assessment && (await first(`assessments/${assessment.id}/contributions`, "contributions"));
  const draft = (await get("plans")).plans?.find((plan) => plan.state === "draft");
  // A screen that is left out because the mission has nothing to show on it would be tested by nobody.
  const missing = Object.entries({ map, before, indicator, batch, assessment, contribution, sheet, draft, dashboard, protection }).flatMap(([name, found]) => (found ? [] : [name]));
  if (missing.length > 0) throw new Error(`the mission has no ${missing.join(", no ")} to show`);
  const at = (path) => `/m/${mission}${path}`;
  return {
    home: at(""),
    leadership: at("/leadership"), "leadership-time": at("/leadership?view=time"),
    dashboards: at("/dashboards"), "dashboards-removed": at("/dashboards?removed=1"), "dashboard-ready": at("/dashboards/ready"), "dashboard-new": at("/dashboards/new"),
    dashboard: at(`/dashboards/${dashboard.id}`), "dashboard-filtered": at(`/dashboards/${dashboard.id}?area=CAR01&component=police`), "dashboard-build": at(`/dashboards/${dashboard.id}?build=1`), "dashboard-protection": at(`/dashboards/${protection.id}`), "dashboard-protection-area": at(`/dashboards/${protection.id}?area=CAR01&from=2025-Q1`),
    context: at("/context"),
    "context-areas": at("/context?view=areas"),
    "context-evidence": at("/context?view=evidence"),
    "context-map": at(`/context-maps/${map.id}`),
    "context-compare": at(`/context-maps/${map.id}?with=${before.id}`),
    stakeholders: at("/stakeholders"),
    "stakeholders-trail": at("/stakeholders?trail=1"),
    "stakeholders-table": at("/stakeholders?view=table"),
    "stakeholders-network": at("/stakeholders?view=network"),
    "stakeholders-network-people": at("/stakeholders?view=network&as=people"),
    "stakeholders-network-relations": at("/stakeholders?view=network&as=relations"),
    "stakeholders-strategies": at("/stakeholders?view=strategies"),
    "stakeholders-strategies-open": at("/stakeholders?view=strategies&take_up=not_planned"),
    plan: at("/plan"),
    "plan-draft": at(`/plan/${draft.id}`), "plan-check": at(`/plan/${draft.id}?view=check`), "plan-compare": at(`/plan/${draft.id}?view=compare`), "plan-compare-all": at(`/plan/${draft.id}?view=compare&rows=all`), "plan-mandates": at(`/plan/${draft.id}?view=mandates`),
    "plan-links": at("/plan?view=links"), "plan-links-table": at("/plan?view=links&as=table"),
    "plan-work": at("/plan?view=work"), "plan-work-late": at("/plan?view=work&only=late"), "plan-comments": at("/plan?view=comments&comments=all"),
    "plan-risks": at("/plan?view=risks"), "plan-risks-draft": at(`/plan/${draft.id}?view=risks`),
    "plan-budget": at("/plan?view=budget"), "plan-budget-draft": at(`/plan/${draft.id}?view=budget`), "plan-workbook": at(`/plan/${draft.id}?view=workbook`),
    "plan-changes": at("/plan?view=changes"),
    indicators: at("/indicators"),
    indicator: at(`/indicators/${indicator.code}`), "indicator-areas": at(`/indicators/${indicator.code}?view=areas`), "indicator-targets": at(`/indicators/${indicator.code}?view=targets`), "indicator-targets-grid": at(`/indicators/${indicator.code}?view=targets&as=grid`), "indicator-sheet": at(`/indicators/${indicator.code}?view=sheet`), "indicator-versions": at(`/indicators/${indicator.code}?view=versions`), "indicator-changes": at("/indicators/OC-CIVDEATHS?view=changes&since=2020-01-01"),
    library: at("/library"), "library-frameworks": at("/library?view=frameworks"), "library-offers": at("/library?view=offers"),
    imports: at("/imports"),
    import: at(`/imports/${batch.id}`), "import-events": at("/imports/events"),
    phones: at("/phones"), "phones-left": at("/phones?sent=left"),
    data: at("/data"), "data-table": at("/data?view=table&period=2024-Q2"),
    entry: at("/entry"),
    "entry-slices": at("/entry?slices=1"),
    ...(indicator && { "entry-areas": at(`/entry?by=area&indicator=${indicator.code}`) }),
    tasks: at("/tasks"), "tasks-section": at("/tasks?section=Human%20Rights&months=24"), "tasks-waived": at("/tasks?state=waived"), "tasks-mine": at("/tasks?assignee=me"),
    rules: at("/rules"), locks: at("/locks"), "locks-history": at("/locks?show=history"),
    quality: at("/quality"), "quality-section": at("/quality?section=Human%20Rights&months=24"), "quality-area": at("/quality?by=area&months=24"),
    assessments: at("/assessments"), "assessments-calendar": at("/assessments?view=calendar"),
    assessment: at(`/assessments/${assessment.id}`),
    "assessment-since": at(`/assessments/${assessment.id}?outcome=since`),
    "assessment-events": at(`/assessments/${assessment.id}?outcome=events`),
    "assessment-performance": at(`/assessments/${assessment.id}?outcome=performance`),
    "assessment-gender": at(`/assessments/${assessment.id}?outcome=gender`), "assessment-course": at(`/assessments/${assessment.id}?outcome=course`), "assessment-print": at(`/assessments/${assessment.id}?outcome=print`),
    "assessment-contribution": at(`/assessments/${assessment.id}?outcome=${contribution.outcome_lineage_id}&contribution=${contribution.id}`),
    workshop: at(`/workshop/${assessment.id}`), "workshop-wall": at(`/workshop/${assessment.id}?view=wall`), "workshop-run": at(`/workshop/${assessment.id}?view=run`), "workshop-minutes": at(`/workshop/${assessment.id}?view=minutes`),
    recommendations: at("/recommendations"),
    "recommendations-log": at("/recommendations?view=decisions"), "recommendations-board": at("/recommendations?view=board"), "recommendations-owners": at("/recommendations?view=owners&kind=plan"),
    "fact-sheets": at("/fact-sheets"),
    "fact-sheet": at(`/fact-sheets/${sheet.id}`),
    subscriptions: at("/subscriptions"),
    members: at("/members"), setup: at("/setup"),
    tokens: at("/members?view=tokens"),
    webhooks: at("/members?view=webhooks"),
    digest: at("/members?view=digest"),
    reads: at("/members?view=reads"),
    missions: "/",
    components: "/components",
  };
}

/** The screens of headquarters, which only its people see. */
export const HQ_ADDRESSES = {
  hq: "/hq",
  "hq-indicator": "/hq?indicator=POC-RETURNS&from=2020-Q1",
  "hq-missions": "/hq?view=missions&one=UNMIC&other=UNMIR",
  "hq-late": "/hq?view=late",
  "hq-recommendations": "/hq?view=recommendations",
  "hq-themes": "/hq?view=themes",
  "hq-theme": "/hq?view=themes&theme=poc",
  "hq-theme-counted": "/hq?view=themes&theme=poc&in=UNMIC&show=recommendation",
  "hq-time": "/hq?view=time",
};
