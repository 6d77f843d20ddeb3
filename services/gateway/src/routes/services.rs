//! The table of contents: every RPC that has a REST route.

use super::rpc::{Route, rpc};

/// Routes of the context service.
pub fn context() -> Vec<Route> {
    vec![
        rpc!(GET "/areas" context.list_areas "Areas of the mission"),
        rpc!(GET "/context-maps" context.list_context_maps "Context maps, newest first"),
        rpc!(POST "/context-maps" context.draft_context_map "Draft a context map" created),
        rpc!(GET "/context-maps/{id}" context.get_context_map "One context map"),
        rpc!(PUT "/context-maps/{context_map_id}/factors" context.set_context_factor "Add or change a factor"),
        rpc!(DELETE "/context-maps/{context_map_id}/factors/{factor_id}" context.remove_context_factor "Remove a factor"),
        rpc!(POST "/context-maps/{id}/review" context.review_context_map "Mark a context map as reviewed"),
        rpc!(POST "/context-maps/{id}/publish" context.publish_context_map "Publish a context map"),
        rpc!(POST "/context-maps/{from_id}/next" context.draft_next_context_map "Draft a context map from another one" created),
        rpc!(GET "/context-maps/{before_id}/compare/{after_id}" context.compare_context_maps "What changed between two maps"),
        rpc!(GET "/evidence" context.list_evidence "Evidence, newest first"),
        rpc!(POST "/evidence" context.record_evidence "Record evidence" created),
        rpc!(GET "/stakeholders" context.list_stakeholders "Stakeholders by name"),
        rpc!(POST "/stakeholders" context.register_stakeholder "Register a stakeholder" created),
        rpc!(GET "/stakeholders/{id}" context.get_stakeholder "One stakeholder with its assessments"),
        rpc!(PUT "/stakeholders/{id}" context.revise_stakeholder "Revise a stakeholder"),
        rpc!(POST "/stakeholders/{stakeholder_id}/assessments" context.assess_stakeholder "Add a dated assessment" created),
        rpc!(GET "/stakeholder-grid" context.get_stakeholder_grid "Influence and stance as they stood on a date"),
        rpc!(PUT "/stakeholder-relations" context.set_stakeholder_relation "Add or correct a relation between stakeholders"),
        rpc!(POST "/stakeholder-relations/{id}/end" context.end_stakeholder_relation "End a relation"),
        rpc!(GET "/stakeholders/{stakeholder_id}/relations" context.list_stakeholder_relations "Relations of a stakeholder"),
        rpc!(GET "/stakeholder-network" context.get_stakeholder_network "The network as it stood on a date"),
        rpc!(GET "/influence-strategies" context.list_influence_strategies "Influence strategies and what takes them up"),
        rpc!(POST "/influence-strategies" context.record_influence_strategy "Record an influence strategy" created),
        rpc!(PUT "/influence-strategies/{id}" context.revise_influence_strategy "Revise or withdraw an influence strategy"),
    ]
}

/// Routes of the planning service.
pub fn planning() -> Vec<Route> {
    vec![
        rpc!(GET "/mandates" planning.list_mandates "Mandates with their tasks"),
        rpc!(POST "/mandates" planning.record_mandate "Record a mandate" created),
        rpc!(GET "/plans" planning.list_plans "Plans, without their items"),
        rpc!(POST "/plans" planning.draft_plan "Draft a plan" created),
        rpc!(GET "/plans/{id}" planning.get_plan "One plan, by id or \"active\""),
        rpc!(POST "/plans/{plan_id}/items" planning.add_plan_item "Add an item to a draft"),
        rpc!(PUT "/plans/{plan_id}/items" planning.revise_plan_item "Revise an item of a draft"),
        rpc!(POST "/plans/{plan_id}/items/{item_id}/move" planning.move_plan_item "Move an item of a draft"),
        rpc!(DELETE "/plans/{plan_id}/items/{item_id}" planning.remove_plan_item "Remove an item and all below it"),
        rpc!(PUT "/plans/{plan_id}/links" planning.link_results "Link an output to an outcome"),
        rpc!(DELETE "/plans/{plan_id}/links/{output_id}/{outcome_id}" planning.unlink_results "Remove a link"),
        rpc!(GET "/plans/{plan_id}/theory-of-change" planning.get_theory_of_change "The graph of results, laid out"),
        rpc!(POST "/plans/{plan_id}/submit" planning.submit_plan "Submit a draft for review"),
        rpc!(POST "/plans/{plan_id}/return" planning.return_plan "Return a plan to its planners"),
        rpc!(POST "/plans/{plan_id}/endorse" planning.endorse_plan "Endorse a plan"),
        rpc!(POST "/plans/{plan_id}/approve" planning.approve_plan "Approve a plan"),
        rpc!(POST "/plans/{plan_id}/activate" planning.activate_plan "Make a plan the active one"),
        rpc!(POST "/plans/{plan_id}/next-version" planning.draft_next_version "Draft the next version" created),
        rpc!(GET "/plans/{from_plan_id}/diff/{to_plan_id}" planning.diff_plans "What changed between two versions"),
        rpc!(GET "/plans/{plan_id}/check" planning.check_plan "What a careful reader would ask"),
        rpc!(POST "/plans/{plan_id}/check/waive" planning.waive_finding "Waive a finding of the check, for a reason"),
        rpc!(POST "/plans/{plan_id}/check/take-back" planning.take_back_waiver "Take a waiver back"),
        rpc!(GET "/plans/{plan_id}/risks" planning.list_risks "Assumptions and risks with their tripwires"),
        rpc!(POST "/plans/{plan_id}/risks" planning.add_risk "Add an assumption or risk to a draft" created),
        rpc!(PUT "/plans/{plan_id}/risks" planning.revise_risk "Revise an assumption or risk of a draft"),
        rpc!(DELETE "/plans/{plan_id}/risks/{risk_id}" planning.remove_risk "Take an assumption or risk off a draft"),
        rpc!(POST "/plans/{plan_id}/risks/{risk_id}/status" planning.set_risk_status "Say what came of an assumption or risk"),
        rpc!(GET "/plans/{plan_id}/comments" planning.list_comments "Comments on a plan"),
        rpc!(POST "/plans/{plan_id}/comments" planning.add_comment "Comment on an item of a plan in review" created),
        rpc!(POST "/plans/{plan_id}/comments/{comment_id}/resolve" planning.resolve_comment "Resolve a comment"),
        rpc!(GET "/plans/{plan_id}/work-plan" planning.get_work_plan "Activities by section, with what decides the end"),
        rpc!(POST "/plans/{plan_id}/items/{item_id}/progress" planning.report_progress "Say how far an activity is"),
        rpc!(GET "/plan-changes" planning.list_plan_changes "Changes that recommendations ask for"),
        rpc!(GET "/library" planning.get_library "What headquarters shares with all missions"),
        rpc!(PUT "/library/indicators" planning.set_library_indicator "Add an indicator to the library, or its next version"),
        rpc!(PUT "/library/templates" planning.keep_library_template "Keep an objective of a plan as a framework for all"),
        rpc!(POST "/library/indicators/clone" planning.clone_library_indicators "Draft indicators from the library" created),
        rpc!(POST "/plans/{plan_id}/clone-template" planning.clone_library_template "Add a framework of the library to a draft"),
        rpc!(GET "/library/offers" planning.list_library_offers "What changed in the library since"),
        rpc!(POST "/indicators/{id}/library-offer" planning.answer_library_offer "Take or leave what the library offers"),
        rpc!(GET "/indicators" planning.list_indicators "Indicators by code"),
        rpc!(POST "/indicators" planning.draft_indicator "Draft an indicator" created),
        rpc!(GET "/indicators/{id}" planning.get_indicator "One indicator, by id or code"),
        rpc!(GET "/indicators/{id}/versions" planning.list_indicator_versions "What changed in an indicator's definition"),
        rpc!(PUT "/indicators" planning.revise_indicator "Revise an indicator's definition"),
        rpc!(POST "/indicators/{id}/approve" planning.approve_indicator "Approve an indicator"),
        rpc!(POST "/indicators/{id}/activate" planning.activate_indicator "Begin to collect an indicator"),
        rpc!(POST "/indicators/{id}/retire" planning.retire_indicator "Retire an indicator"),
        rpc!(GET "/targets" planning.list_targets "Targets"),
        rpc!(PUT "/targets" planning.set_target "Set a target"),
    ]
}

/// Routes of the collection service.
pub fn collection() -> Vec<Route> {
    vec![
        rpc!(GET "/observations" collection.list_observations "Observations, newest first"),
        rpc!(POST "/observations" collection.enter_observation "Enter an observation" created),
        rpc!(POST "/observations/rows" collection.enter_observations "Enter many observations, each by itself" takes_long),
        rpc!(GET "/entry-cells" collection.list_entry_cells "What stands in the cells of an entry grid"),
        rpc!(GET "/observations/{id}" collection.get_observation "One observation with its history"),
        rpc!(POST "/observations/{id}/correct" collection.correct_observation "Correct an observation" created),
        rpc!(POST "/observations/submit" collection.submit_observations "Submit observations" takes_long),
        rpc!(POST "/observations/verify" collection.verify_observations "Verify observations" takes_long),
        rpc!(POST "/observations/approve" collection.approve_observations "Approve observations" takes_long),
        rpc!(POST "/observations/return" collection.return_observations "Return observations" takes_long),
        rpc!(POST "/observations/reject" collection.reject_observations "Reject observations" takes_long),
        rpc!(GET "/imports" collection.list_imports "Imported files, newest first"),
        rpc!(GET "/imports/{id}" collection.get_import "One imported file"),
        rpc!(POST "/imports/{id}/commit" collection.commit_import "Take the good rows of a previewed file" takes_long),
        rpc!(POST "/imports/{id}/reverse" collection.reverse_import "Take an imported file back" takes_long),
        rpc!(GET "/series/{indicator}" collection.get_series "Series of an indicator"),
        rpc!(GET "/series/{indicator}/explain" collection.explain_point "How a number came about"),
        rpc!(GET "/events" collection.list_events "Geocoded events"),
        rpc!(GET "/validation-rules" collection.list_validation_rules "Validation rules by indicator"),
        rpc!(PUT "/validation-rules" collection.set_validation_rule "Make or revise a validation rule"),
        rpc!(POST "/validation-rules/test" collection.test_validation_rule "What a rule would say of the past" takes_long),
        rpc!(GET "/data-quality" collection.get_data_quality "How good the data of each indicator are"),
        rpc!(GET "/data-quality/{indicator}" collection.list_quality_problems "What there is to mend about an indicator"),
        rpc!(GET "/period-locks" collection.list_period_locks "Locked periods"),
        rpc!(POST "/period-locks" collection.lock_period "Lock a period" created),
    ]
}

/// Routes of the assessment service.
pub fn assessment() -> Vec<Route> {
    vec![
        rpc!(GET "/assessments" assessment.list_assessments "Assessments, newest first"),
        rpc!(POST "/assessments" assessment.schedule_assessment "Schedule an assessment" created),
        rpc!(GET "/assessments/{id}" assessment.get_assessment "One assessment"),
        rpc!(POST "/assessments/{id}/freeze" assessment.freeze_assessment "Freeze plan and data at a cut-off" takes_long),
        rpc!(POST "/assessments/{id}/advance" assessment.advance_assessment "Move an assessment to its next state"),
        rpc!(POST "/assessments/{id}/finalize" assessment.finalize_assessment "Finalize an assessment"),
        rpc!(GET "/assessments/{assessment_id}/analyses" assessment.list_analyses "What was computed"),
        rpc!(GET "/assessments/{assessment_id}/contributions" assessment.list_contributions "What outputs may have contributed to outcomes"),
        rpc!(GET "/contributions/{id}" assessment.get_contribution "One contribution with its areas and periods"),
        rpc!(GET "/assessments/{assessment_id}/findings" assessment.list_findings "Findings"),
        rpc!(POST "/findings" assessment.record_finding "Record a finding" created),
        rpc!(PUT "/findings" assessment.revise_finding "Revise a finding"),
        rpc!(GET "/recommendations" assessment.list_recommendations "Recommendations"),
        rpc!(POST "/recommendations" assessment.propose_recommendation "Propose a recommendation" created),
        rpc!(POST "/recommendations/{id}/decide" assessment.decide_recommendation "Decide on a recommendation"),
        rpc!(POST "/recommendations/{id}/progress" assessment.progress_recommendation "Move a recommendation on"),
        rpc!(GET "/decisions" assessment.list_decisions "The decision log"),
    ]
}

/// Routes of the reporting service.
pub fn reporting() -> Vec<Route> {
    vec![
        rpc!(GET "/home" reporting.get_mission_home "Mission home"),
        rpc!(GET "/leadership" reporting.get_leadership_view "One screen for leadership"),
        rpc!(GET "/indicator-pages/{indicator}" reporting.get_indicator_page "One indicator from the read model"),
        rpc!(GET "/fact-sheets" reporting.list_fact_sheets "Fact sheets, newest first"),
        rpc!(POST "/fact-sheets" reporting.draft_fact_sheet "Draft a fact sheet" created),
        rpc!(GET "/fact-sheets/{id}" reporting.get_fact_sheet "One fact sheet"),
        rpc!(PUT "/fact-sheets/{id}" reporting.revise_fact_sheet "Revise a fact sheet"),
        rpc!(POST "/fact-sheets/{id}/clear" reporting.clear_fact_sheet "Clear a fact sheet; takes the snapshot" takes_long),
        rpc!(POST "/fact-sheets/{id}/publish" reporting.publish_fact_sheet "Publish a fact sheet; writes and signs its files" takes_long),
        rpc!(POST "/fact-sheets/{id}/withdraw" reporting.withdraw_fact_sheet "Withdraw a fact sheet"),
        rpc!(GET "/fact-sheets/{fact_sheet_id}/numbers/{number_id}" reporting.explain_number "What a number rests on"),
        rpc!(GET "/read-model" reporting.get_read_model_state "State of the read model"),
        rpc!(POST "/read-model" reporting.rebuild_read_model "Build the read model again" takes_long),
    ]
}
