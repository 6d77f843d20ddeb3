// Every screen by name, with the ids that the mission has now. Needs a page that is signed in.

/** Name → address. */
export async function addresses(page, mission) {
  await page.goto(`/m/${mission}`);
  const get = (path) => page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${mission}/${path}`);
  const first = async (path, list) => (await get(path))[list]?.[0];
  const [map, indicator, batch, assessment, sheet] = await Promise.all([first("context-maps", "context_maps"), first("indicators?page_size=500", "indicators"), first("imports", "batches"), first("assessments", "assessments"), first("fact-sheets", "fact_sheets")]);
  const plans = (await get("plans")).plans ?? [];
  const draft = plans.find((plan) => plan.state === "draft") ?? plans[0];
  const at = (path) => `/m/${mission}${path}`;
  return {
    home: at(""),
    context: at("/context"),
    "context-areas": at("/context?view=areas"),
    "context-evidence": at("/context?view=evidence"),
    ...(map && { "context-map": at(`/context-maps/${map.id}`) }),
    stakeholders: at("/stakeholders"),
    "stakeholders-table": at("/stakeholders?view=table"),
    plan: at("/plan"),
    ...(draft && { "plan-draft": at(`/plan/${draft.id}`), "plan-check": at(`/plan/${draft.id}?view=check`), "plan-compare": at(`/plan/${draft.id}?view=compare`) }),
    "plan-links": at("/plan?view=links"),
    "plan-changes": at("/plan?view=changes"),
    indicators: at("/indicators"),
    ...(indicator && { indicator: at(`/indicators/${indicator.code}`), "indicator-areas": at(`/indicators/${indicator.code}?view=areas`), "indicator-targets": at(`/indicators/${indicator.code}?view=targets`), "indicator-sheet": at(`/indicators/${indicator.code}?view=sheet`) }),
    imports: at("/imports"),
    ...(batch && { import: at(`/imports/${batch.id}`) }),
    data: at("/data"),
    entry: at("/entry"),
    "entry-slices": at("/entry?slices=1"),
    ...(indicator && { "entry-areas": at(`/entry?by=area&indicator=${indicator.code}`) }),
    rules: at("/rules"),
    assessments: at("/assessments"),
    ...(assessment && { assessment: at(`/assessments/${assessment.id}`) }),
    recommendations: at("/recommendations"),
    "recommendations-log": at("/recommendations?view=decisions"),
    "fact-sheets": at("/fact-sheets"),
    ...(sheet && { "fact-sheet": at(`/fact-sheets/${sheet.id}`) }),
    members: at("/members"),
    tokens: at("/members?view=tokens"),
    missions: "/",
    components: "/components",
  };
}
