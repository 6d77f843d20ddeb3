// A small fictional mission for looking at the screens without the services; development only.
// Seeded: every run shows the same.

let seed = 20260724;
const random = () => {
  seed = (seed * 1664525 + 1013904223) % 4294967296;
  return seed / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];
let count = 0;
export const newId = () => `0190c0de-0000-7000-8000-${String((count += 1)).padStart(12, "0")}`;
const both = (en, fr) => ({ en, fr });
const AT = "2026-07-20T09:30:00.000Z";
export const ME = newId();

// Areas: a bent grid of three rows and five columns.
const NAMES = ["Faron", "Galasi", "Kalo", "Maroni", "Petit-Fleuve", "Sertan", "Tolari", "Ubende", "Vakaga-Sud", "Wesso", "Yamba", "Zemio-Nord", "Corma", "Leppa", "Hanno"];
const corner = (column, row) => [20 + column * 1.3 + Math.sin(row * 1.7 + column) * 0.28, 5 + row * 1.1 + Math.cos(column * 1.3 + row) * 0.22];
export const areas = NAMES.map((name, place) => {
  const [column, row] = [place % 5, Math.floor(place / 5)];
  const ring = [corner(column, row), corner(column + 1, row), corner(column + 1, row + 1), corner(column, row + 1), corner(column, row)];
  return { id: newId(), code: `CA${String(place + 1).padStart(2, "0")}`, name: both(name, name), level: 1, parent_code: "CA", valid_from: "", valid_to: "", geometry: JSON.stringify({ type: "Polygon", coordinates: [ring] }), version: 1 };
});

export const evidence = ["Joint assessment visit to Galasi", "Market price monitoring, second quarter", "Radio broadcast transcripts", "Interviews with displaced women in Kalo"].map((title, place) => ({
  id: newId(), title, source: pick(["JMAC", "Human Rights", "Civil Affairs"]), date: `2026-0${place + 3}-12`, link: "", reliability: pick(["A", "B", "C"]), credibility: 1 + (place % 3), classification: "unclassified", version: 1, recorded_at: AT, recorded_by: ME,
}));
const FACTORS = [
  ["security", "inhibits", 5, "worsening", "Armed groups tax the river crossings", "Des groupes armés taxent les passages du fleuve"],
  ["political", "promotes", 4, "improving", "Local peace committees meet again", "Les comités locaux de paix se réunissent de nouveau"],
  ["climate", "inhibits", 3, "stable", "Transhumance begins earlier each year", "La transhumance commence plus tôt chaque année"],
  ["economic", "inhibits", 2, "improving", "Food prices above the five-year mean", "Les prix des denrées dépassent la moyenne quinquennale"],
];
export const contextMaps = [["2026-H1", "published"], ["2026-H2", "draft"]].map(([period, state]) => ({
  id: newId(), title: both(`Context of ${period}`, `Contexte de ${period}`), period, areas: areas.map((area) => area.code), themes: ["protection", "transhumance"], narrative: both("The river crossings decide who eats in the east; whoever holds them is listened to.", "Les passages du fleuve décident de qui mange dans l’est ; on écoute qui les tient."), state,
  factors: FACTORS.map(([kind, effect, severity, trend, en, fr], place) => ({ id: newId(), kind, title: both(en, fr), narrative: both("", ""), effect, severity, trend, confidence: "medium", areas: areas.slice(place * 3, place * 3 + 6).map((area) => area.code), evidence_ids: place === 2 ? [] : [evidence[place % 4].id] })),
  version: 3, recorded_at: AT, recorded_by: ME, classification: "unclassified", published_at: state === "published" ? AT : "",
}));

const WHO = ["Carana Defence Forces", "River Front", "Union of Herders", "Women of Galasi", "Ministry of Justice", "Prefect of Kalo", "Self-defence of Sertan", "Council of Elders", "Youth for Leppa", "National Assembly", "Corma Mining Company", "Radio Ubende", "Regional Economic Community", "General T. Ndala", "Movement for the Plateau", "Association of Jurists"];
const KINDS = ["state_institution", "armed_group", "community", "civil_society", "state_institution", "state_institution", "armed_group", "community", "civil_society", "state_institution", "private", "civil_society", "regional_organisation", "individual", "armed_group", "civil_society"];
export const stakeholders = WHO.map((name, place) => ({ id: newId(), name, aliases: place === 1 ? ["FR"] : [], kind: KINDS[place], areas: [pick(areas).code], description: both("Listened to in the markets and on the road.", "Écouté dans les marchés et sur la route."), women_share: place % 3 ? random() * 0.5 : null, classification: KINDS[place] === "individual" ? "confidential" : "unclassified", version: 1, recorded_at: AT, recorded_by: ME }));
export const grid = {
  as_of: "2026-07-24",
  positions: stakeholders.slice(0, 14).map((one, place) => ({ stakeholder_id: one.id, name: one.name, kind: one.kind, influence: 1 + ((place * 3) % 5), stance: ((place * 7) % 5) - 2, as_of: "2026-06-30", previous_influence: place % 2 ? 3 : null, previous_stance: place % 2 ? Math.max(-2, ((place * 7) % 5) - 4 + (place % 3)) : null })),
  unassessed: stakeholders.slice(14),
};
export const assessmentsOf = (id) => [0, 1, 2].map((place) => ({ id: newId(), stakeholder_id: id, as_of: `2026-0${6 - place * 2}-30`, influence: 3, interest: 4, stance: place - 1, capability: "", attitude: "", behaviour: "", confidence: "medium", note: place ? "" : "Sent a delegate to the committee.", recorded_at: AT, recorded_by: ME }));

// Plan
const SECTIONS = ["Civil Affairs", "Human Rights", "UNPOL", "Sector East", "Justice and Corrections"];
const OBJECTIVES = [
  ["Civilians in the east live free from armed violence", "Les civils de l’est vivent à l’abri de la violence armée"],
  ["The State answers for justice beyond the capital", "L’État rend la justice au-delà de la capitale"],
  ["The political process includes those who were left out", "Le processus politique inclut ceux qui en étaient écartés"],
];
const OUTCOMES = [["no longer attacks markets", "cesse d’attaquer les marchés"], ["accepts mixed patrols", "accepte les patrouilles mixtes"], ["settles grazing disputes by mediation", "règle par médiation les différends de pâturage"]];
const OUTPUTS = [["civilian", "Mediation rounds held with both sides", "Séries de médiation tenues avec les deux parties"], ["military", "Day and night patrols along the crossings", "Patrouilles de jour et de nuit aux passages"], ["police", "Police posts mentored and supplied", "Postes de police encadrés et approvisionnés"]];
const items = [];
const links = [];
const item = (kind, parent, position, number, statement, more = {}) => {
  const made = { id: newId(), lineage_id: newId(), kind, parent_id: parent?.id ?? "", position, number, statement, lead_section: pick(SECTIONS), contributing_sections: [], areas: [pick(areas).code], markers: position === 0 ? ["gender:2", "poc"] : [], start: "2026-07-01", end: "2027-06-30", priority: 0, mandate_task_id: "", stakeholder_id: "", dimension: "", component: "", activity_status: "", progress_percent: 0, depends_on: [], plan_change_id: "", ...more };
  items.push(made);
  return made;
};
OBJECTIVES.forEach(([en, fr], one) => {
  const objective = item("objective", null, one, `${one + 1}`, both(en, fr));
  OUTCOMES.forEach(([en2, fr2], two) => {
    const who = stakeholders[(one * 3 + two) % stakeholders.length];
    const outcome = item("outcome", objective, two, `${one + 1}.${two + 1}`, both(`${who.name} ${en2}`, `${who.name} ${fr2}`), { stakeholder_id: who.id, dimension: pick(["behaviour", "attitude", "capability"]) });
    OUTPUTS.forEach(([component, en3, fr3], three) => {
      const output = item("output", outcome, three, `${one + 1}.${two + 1}.${three + 1}`, both(en3, fr3), { component });
      if (three < 2) links.push({ output_id: output.id, outcome_id: outcome.id, hypothesis: both("Presence and talk together lower the gain from attack.", "Présence et dialogue réduisent ensemble le gain d’une attaque."), assumptions: ["The road stays open"], assumptions_fr: ["La route reste ouverte"], expected_lag_months: 3, strength: "moderate" });
      if (three === 0) item("activity", output, 0, `${one + 1}.${two + 1}.${three + 1}.1`, both("First round in Galasi", "Première série à Galasi"), { activity_status: "ongoing", progress_percent: 40 });
    });
  });
});
const planHead = { title: both("Mission plan 2026–27", "Plan de la mission 2026–27"), start: "2026-07-01", end: "2027-06-30", recorded_at: AT, recorded_by: ME, classification: "unclassified" };
const active = { ...planHead, id: newId(), number: 1, parent_plan_id: "", state: "active", items, links, version: 12, endorsed_by: "A. Mbaye", approved_by: "L. Okafor" };
const draft = { ...planHead, id: newId(), number: 2, parent_plan_id: active.id, state: "draft", items: structuredClone(items), links: structuredClone(links), version: 4, endorsed_by: "", approved_by: "" };
export const plans = [active, draft];
export const diff = { from_plan_id: active.id, to_plan_id: draft.id, items: [{ change: "changed", item: items[1], fields: [{ field: "statement.en", before: "no longer attacks markets", after: "protects markets" }] }, { change: "added", item: items[5], fields: [] }], links: [] };
export const check = { findings: [{ rule: "output-reaches-no-outcome", severity: "warning", message: both("Output 1.1.3 reaches no outcome.", "Le produit 1.1.3 ne mène à aucun effet."), item_id: items[5].id, indicator_id: "" }, { rule: "objective-without-mandate-task", severity: "error", message: both("Objective 1 cites no mandate task.", "L’objectif 1 ne cite aucune tâche du mandat."), item_id: items[0].id, indicator_id: "" }] };
export const mandates = [{ id: newId(), resolution: "S/RES/2901 (2026)", adopted: "2026-06-28", expires: "2027-06-30", tasks: [{ id: newId(), paragraph: "32 (a)", text: both("Protection of civilians", "Protection des civils"), priority: 1 }], version: 1, recorded_at: AT, recorded_by: ME }];

// Indicators and series
const STATUSES = ["achieved", "on_track", "at_risk", "off_track", "no_data"];
const outcomes = items.filter((one) => one.kind === "outcome");
export const indicators = Array.from({ length: 24 }, (_, place) => {
  const outcome = outcomes[place % outcomes.length];
  const ratio = place % 6 === 5;
  return { id: newId(), code: `OC-${String(place + 1).padStart(3, "0")}`, name: both(["Civilians killed", "Patrols completed", "Disputes settled", "Cases heard", "Radio listeners", "Share of incidents answered in 24 h"][place % 6], ["Civils tués", "Patrouilles effectuées", "Différends réglés", "Affaires jugées", "Auditeurs de la radio", "Part des incidents traités en 24 h"][place % 6]), level: place % 8 === 7 ? "context" : "outcome", kind: ratio ? "ratio" : "count", unit: ratio ? "share" : "n", direction: place % 6 === 0 ? "lower" : "higher", over_time: ratio ? "ratio" : "sum", over_areas: ratio ? "ratio" : "sum", frequency: "month", disaggregations: [{ dimension: "sex", categories: ["f", "m", "unknown"] }], baseline_value: 60, baseline_period: "2024", source: both("Incident reports of the sectors", "Rapports d’incidents des secteurs"), method: both("Count of confirmed incidents.", "Nombre d’incidents confirmés."), owner_section: pick(SECTIONS), verification: both("Monthly check by JMAC", "Contrôle mensuel par le JMAC"), plan_item_lineage_id: outcome.lineage_id, state: place === 23 ? "draft" : "active", definition_version: 1, version: 2, recorded_at: AT, recorded_by: ME, classification: "unclassified" };
});
const MONTHS = Array.from({ length: 30 }, (_, place) => `${2024 + Math.floor(place / 12)}-${String((place % 12) + 1).padStart(2, "0")}`);
export const pointsOf = (place, scale = 1) =>
  MONTHS.map((period, month) => {
    const missing = (month * 7 + place) % 13 === 5;
    const value = missing ? null : Math.max(0, Math.round(scale * (55 - month * (place % 3 ? -0.9 : 1.1) + 14 * Math.sin(month / 2 + place))));
    return { period, value, numerator: null, denominator: null, kind: missing ? "missing" : "value", observations: missing ? 0 : 15, coverage: missing ? 0 : 0.93, share_verified: missing ? 0 : 0.8, mismatch: month === 20 };
  });
export const spark = (place) => pointsOf(place).slice(-24).map(({ period, value }) => ({ period, value }));
export const homeIndicator = (one, place) => ({ id: one.id, code: one.code, name: one.name, unit: one.unit, direction: one.direction, status: STATUSES[place % 5], latest_value: place % 5 === 4 ? null : pointsOf(place).at(-1).value, latest_period: MONTHS.at(-1), target: 40, spark: spark(place) });
export const home = {
  objectives_count: items.filter((one) => one.kind === "objective").length,
  objectives_skipped: 0,
  objectives: items.filter((one) => one.kind === "objective").map((objective, place) => ({ lineage_id: objective.lineage_id, number: objective.number, statement: objective.statement, status: STATUSES[place + 1], outcomes: outcomes.filter((one) => one.parent_id === objective.id).map((outcome, at) => ({ lineage_id: outcome.lineage_id, number: outcome.number, statement: outcome.statement, status: STATUSES[(at + place) % 5], indicators: indicators.filter((one) => one.plan_item_lineage_id === outcome.lineage_id).map(homeIndicator) })) })),
  changes: [["plan.recorded", "Version 2 of the plan was drafted", "La version 2 du plan a été rédigée", "plan"], ["import.recorded", "incidents-2026-06.csv was taken in: 412 rows", "incidents-2026-06.csv repris : 412 lignes", "imports"], ["stakeholder.shifted", "River Front moved from −2 to 0", "River Front passe de −2 à 0", "stakeholders"]].map(([what, en, fr, path]) => ({ at: AT, what, text: both(en, fr), path })),
  tasks: [{ kind: "observations-to-verify", text: both("Observations to verify", "Observations à vérifier"), count: 37, path: "data" }, { kind: "map-overdue", text: both("The context map of the second half is due", "La carte du contexte du second semestre est attendue"), count: 1, path: "context" }],
  known_at: AT, areas: areas.length, stakeholders: stakeholders.length, indicators: indicators.length, observations: 11482,
};
export const targets = indicators.map((one) => ({ id: newId(), indicator_id: one.id, period: "2026", area: "", slice: "", value: 40, low: null, high: null, reason: "", version: 1, recorded_at: AT, recorded_by: ME }));

// Data
const KINDS_OF_VALUE = [{ kind: "value", value: 12 }, { kind: "value", value: 0 }, { kind: "missing", value: null }, { kind: "not_applicable", value: null }, { kind: "suppressed", value: null }];
export const observations = Array.from({ length: 40 }, (_, place) => ({ id: newId(), indicator_id: indicators[place % 8].id, indicator_code: indicators[place % 8].code, definition_version: 1, period: MONTHS[29 - (place % 6)], area: areas[place % 15].code, slice: place % 4 ? "" : "sex=f", numerator: null, denominator: null, level: "", text: "", note: place % 5 ? "" : "Counted twice at first; corrected.", source: "SAGE", reliability: "B", credibility: 2, state: ["draft", "submitted", "verified", "approved", "returned"][place % 5], supersedes: "", superseded_by: "", batch_id: "", batch_row: place + 2, recorded_at: AT, recorded_by: place % 2 ? ME : "N. Traoré", verified_by: "", approved_by: "", reason: "", version: 1, classification: "unclassified", ...KINDS_OF_VALUE[place % 5] }));
const cells = (place) => [indicators[place].code, areas[place].code, "2026-06", String(place * 3), place === 4 ? "tw elve" : ""];
export const batches = ["previewed", "committed"].map((state, place) => ({ id: newId(), file_name: `incidents-2026-0${6 - place}.csv`, sha256: "9f2c1b77aa01d2".repeat(4), state, encoding: "windows-1252", delimiter: ";", decimal_sign: ",", hxl_tags: true, mapping: { indicator: "code", area: "pcode", period: "month", value: "n" }, headings: ["code", "pcode", "month", "n", "remark"], rows_read: 420, rows_added: 380, rows_changed: 25, rows_unchanged: 7, rows_rejected: 8, sample: Array.from({ length: 8 }, (_, row) => ({ row: row + 3, cells: cells(row), reason: row === 4 ? "“tw elve” is not a number" : "", column: row === 4 ? "n" : "" })), rejected: [{ row: 7, cells: cells(4), reason: "“tw elve” is not a number; write 12 or 12,5", column: "n" }, { row: 11, cells: cells(2), reason: "There is no area CA99 in this mission", column: "pcode" }], warnings: [{ row: 15, cells: cells(1), reason: "The total 14 does not match the sum of its slices, 12", column: "n" }], indicator_codes: ["OC-001", "OC-002"], areas: areas.map((area) => area.code), first_period: "2026-01", last_period: "2026-06", recorded_at: AT, recorded_by: ME, committed_at: "", reversed_at: "", reason: "", version: 1 }));

// Assessment and report
export const assessments = [{ id: newId(), title: both("Impact assessment, first half of 2026", "Évaluation d’impact, premier semestre 2026"), kind: "impact", period: "2026-H1", plan_id: active.id, plan_number: 1, cut_off: AT, participants: [ME], state: "analysis", version: 4, recorded_at: AT, recorded_by: ME, frozen_at: AT, classification: "unclassified" }];
const gapsOf = () => [
  { dimension: "sex", period: "2026-06", highest: "m", highest_value: 31, lowest: "f", lowest_value: 12, groups: 2, difference: 19, low: null, high: null, since: "2025-02", movement: "widening", p: 0.012, n: 27, worse: "m", statement: both("By sex, in 2026-06: men and boys 31 deaths, women and girls 12 deaths, a gap of 19, worse for men and boys, the same way round since 2025-02. It is widening (p = 0.012, n = 27).", "Par sexe, en 2026-06 : les hommes et les garçons 31 deaths, les femmes et les filles 12 deaths, un écart de 19, pire pour les hommes et les garçons, dans le même sens depuis 2025-02. Il se creuse (p = 0,012, n = 27).") },
];
const forecastOf = (last) => {
  const steps = Array.from({ length: 6 }, (_, at) => ({ period: `2026-${String(at + 7).padStart(2, "0")}`, value: last - at, low: last - at - 6 - 2 * at, high: last - at + 6 + 2 * at }));
  return { target: { ...steps.at(-1), period: "2026" }, chance: 0.34, shape: "damped", alpha: 0.41, beta: 0.02, phi: 0.93, seasonal: true, n: 27, draws: 2000, seed: 20250701, steps, origins: 12, values_tried: 57, values_held: 53, error_share: 0.8 };
};
export const analyses = indicators.slice(0, 18).map((one, place) => ({ id: newId(), assessment_id: assessments[0].id, indicator_id: one.id, indicator_code: one.code, indicator_name: one.name, unit: one.unit, direction: one.direction, definition_version: 1, area: "", points: spark(place), latest_value: place % 5 === 4 ? null : pointsOf(place).at(-1).value, latest_period: "2026-06", baseline: 60, target: 40, target_low: null, target_high: null, target_period: "2026", achievement: place % 5 === 4 ? null : 0.2 * (place % 5) + 0.3, status: STATUSES[place % 5], trend: ["improving", "worsening", "none", "too_few"][place % 4], mann_kendall_s: -143, mann_kendall_tau: -0.41, mann_kendall_p: 0.0031, slope: -0.9, slope_low: -1.4, slope_high: -0.3, n: 27, method: "mann-kendall/1 exact; theil-sen/1", statement: both("Fewer civilians were killed each month; the fall is unlikely to be chance.", "Moins de civils tués chaque mois ; la baisse n’est sans doute pas due au hasard."), cautions: [both("Three months have no value.", "Trois mois sont sans valeur.")], change_points: [], outlier_periods: [], latest_low: null, latest_high: null, hamed_rao_p: null, trend_q: 0.021, trends_tested: 18, difference: null, seasons: null, gaps: place % 2 ? [] : gapsOf(), forecast: place % 3 ? null : forecastOf(pointsOf(place).at(-1).value) }));
export const findings = [{ id: newId(), assessment_id: assessments[0].id, outcome_lineage_id: outcomes[0].lineage_id, question: "change", progress_rating: "on_track", performance_rating: "adequate", direction: "better", narrative: both("Attacks on markets have fallen since the mixed patrols began.", "Les attaques contre les marchés ont reculé depuis les patrouilles mixtes."), evidence: [{ kind: "analysis", id: analyses[0].id, note: "" }, { kind: "note", id: "", note: "Traders’ association, interview" }], alternative_explanations: "The harvest was good.", confidence: "medium", dissent: "", narrative_state: "draft", version: 1, recorded_at: AT, recorded_by: ME, classification: "unclassified" }];
const gatheredItem = (kind, id, label, statement, relevance, questions, reasons) => ({ kind, id, label, statement, relevance, questions, reasons, classification: "unclassified" });
export const gathered = { assessment_id: assessments[0].id, outcome_lineage_id: outcomes[0].lineage_id, cautions: [], items: [
  ...analyses.slice(0, 2).map((one) => gatheredItem("analysis", one.id, one.indicator_code, one.statement, 10, ["change", "next"], [both("measures this outcome", "mesure cet effet"), both("stands out", "sort de l’ordinaire")])),
  gatheredItem("stakeholder", newId(), "Kalo Front", both("Kalo Front: stance from −2 to 0 by 2026-05-04, influence 4 of 5.", "Front de Kalo : position de −2 à 0 au 2026-05-04, influence 4 sur 5."), 9, ["change"], [both("is the stakeholder whose change this outcome is", "est l’acteur dont cet effet est le changement")]),
  gatheredItem("factor", newId(), "Transhumance", both("Transhumance moved early: inhibits peace, severity 4 of 5, worsening.", "La transhumance a commencé tôt : entrave la paix, gravité 4 sur 5, en aggravation."), 5, ["alternatives"], [both("lies in the outcome's areas", "se trouve dans les zones de l’effet")]),
] };
export const presences = { lasts_seconds: 45, presences: [{ account_id: newId(), name: "Amina Diallo", outcome_lineage_id: outcomes[0].lineage_id, finding_id: "", question: "link", editing: true }] };
const said = { assessment_id: assessments[0].id, finding_id: findings[0].id, recorded_at: AT, recorded_by: ME, recorded_by_name: "Amina Diallo" };
export const findingComments = [{ ...said, id: newId(), text: "Which markets?", resolved_at: "", resolved_by: "", resolved_by_name: "", version: 1, own: true }];
export const findingDissents = [{ ...said, id: newId(), text: "The calm came before the patrols.", finding_version: 1, without_name: true, recorded_by: "", recorded_by_name: "", recorded_at: AT.slice(0, 10) }];
export const recommendations = [["proposed", "plan"], ["accepted", "plan"], ["in_progress", "data"]].map(([state, kind]) => ({ id: newId(), assessment_id: assessments[0].id, text: both("Extend mixed patrols to the markets of Kalo.", "Étendre les patrouilles mixtes aux marchés de Kalo."), kind, owner_section: "Sector East", due: "2026-10-31", indicator_codes: ["OC-001"], finding_ids: [findings[0].id], state, decision_reason: "", decided_by: state === "proposed" ? "" : "L. Okafor", decided_at: state === "proposed" ? "" : AT, plan_change_id: state === "accepted" ? newId() : "", version: 2, recorded_at: AT, recorded_by: ME, classification: "unclassified" }));
export const planChanges = [{ id: recommendations[1].plan_change_id, recommendation_id: recommendations[1].id, text: recommendations[1].text, state: "open", plan_id: "", version: 1, recorded_at: AT }];
export const decisions = [{ id: newId(), recommendation_id: recommendations[1].id, decision: "accepted", reason: "The effect is plain.", decided_by: "L. Okafor", decided_at: AT, finding_ids: [findings[0].id] }];
const blocks = ["heading", "text", "number", "chart", "map", "table"].map((kind) => ({ id: newId(), kind, text: kind === "heading" ? both("Fewer attacks on markets", "Moins d’attaques contre les marchés") : both("", ""), query: ["heading", "text"].includes(kind) ? null : { indicator_code: "OC-001", area: kind === "map" || kind === "table" ? "*" : "", period: "", slice: "", first_period: kind === "chart" ? "2025-01" : "" } }));
blocks[1].text = both(`In June {number:${blocks[2].id}} civilians were killed, fewer than a year before.`, `En juin, {number:${blocks[2].id}} civils ont été tués, moins qu’un an plus tôt.`);
const source = both("Incident reports of the sectors", "Rapports d’incidents des secteurs");
const numberOf = (block, id, area, period, value) => ({ id, block_id: block.id, query: { ...block.query, area, period }, value, period, unit: "n", kind: value === null ? "missing" : "value", source, as_known_at: AT });
const numbers = [numberOf(blocks[2], blocks[2].id, "", "2026-06", 31), ...pointsOf(0).slice(12).map((point) => numberOf(blocks[3], `${blocks[3].id}:${point.period}`, "", point.period, point.value)), ...[blocks[4], blocks[5]].flatMap((block) => areas.map((area, place) => numberOf(block, `${block.id}:${area.code}`, area.code, "2026-06", place === 6 ? null : place)))];
export const factSheets = ["published", "draft"].map((state) => ({ id: newId(), title: both("Protection of civilians, first half of 2026", "Protection des civils, premier semestre 2026"), audience: "public", state, assessment_id: assessments[0].id, blocks, numbers: state === "draft" ? [] : numbers, snapshot_at: state === "draft" ? "" : AT, snapshot_sha256: "", version: 3, recorded_at: AT, recorded_by: ME, cleared_by: state === "draft" ? "" : "L. Okafor", published_by: state === "draft" ? "" : "L. Okafor", published_at: state === "draft" ? "" : AT, reason: "", classification: "unclassified" }));
export const members = ["coordinator", "contributor", "focal_point", "verifier", "component_head", "adviser", "leadership", "reader"].map((role, place) => ({ id: newId(), account_id: place ? newId() : ME, email: `${role}@unmic.example`, name: `Demo ${role.replace("_", " ")}`, role, component: "", section: place === 2 ? "Human Rights" : "", areas: [], clearance: "confidential" }));
